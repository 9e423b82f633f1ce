package main

func init() {
	for _, name := range []string{"elementwise", "reduce", "transcendental", "optimizer"} {
		neonFamilies[name] = func() { families[name]() }
	}
}
