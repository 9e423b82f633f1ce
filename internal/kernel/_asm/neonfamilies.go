package main

func init() {
	for _, name := range []string{"elementwise", "reduce", "transcendental", "optimizer", "sincos", "winograd"} {
		neonFamilies[name] = func() { families[name]() }
	}
}
