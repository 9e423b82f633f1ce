package main

func init() {
	for _, name := range []string{"elementwise", "reduce", "transcendental", "optimizer", "sincos"} {
		neonFamilies[name] = func() { families[name]() }
	}
}
