package main

func init() {
	for _, name := range []string{"elementwise", "reduce", "transcendental", "optimizer", "sincos", "winograd", "recurrent"} {
		neonFamilies[name] = func() { families[name]() }
	}
}
