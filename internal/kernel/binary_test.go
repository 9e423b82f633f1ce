package kernel

import "testing"

func init() {
	register(sample{name: "AddFour", slices: 5, fill: wild, run: func(s [][]float32) []float32 {
		AddFour(s[0], s[1], s[2], s[3], s[4])
		return nil
	}})
	for name, f := range map[string]func(dst, a, b []float32){
		"Add": Add, "Sub": Sub, "Mul": Mul, "Div": Div, "Maximum": Maximum, "Minimum": Minimum,
		"ReluGrad": ReluGrad, "SigmoidGrad": SigmoidGrad, "TanhGrad": TanhGrad,
	} {
		register(sample{name: name, slices: 3, fill: wild, run: func(s [][]float32) []float32 {
			f(s[0], s[1], s[2])
			f(s[1], s[1], s[2]) // in place
			f(s[2], s[0], s[2])
			return nil
		}})
	}
	for name, f := range map[string]func(dst, x []float32, s float32){
		"AddScalar": AddScalar, "MulScalar": MulScalar, "SubFrom": SubFrom, "DivInto": DivInto,
		"MaximumScalar": MaximumScalar, "MinimumScalar": MinimumScalar, "Accumulate": Accumulate,
	} {
		register(sample{name: name, slices: 2, fill: wild, run: func(s [][]float32) []float32 {
			f(s[0], s[1], 0.3)
			f(s[1], s[1], -1.7)
			return nil
		}})
	}
	for name, f := range map[string]func(dst, x []float32){"Neg": Neg, "Abs": Abs, "Sqrt": Sqrt, "Relu": Relu} {
		register(sample{name: name, slices: 2, fill: wild, run: func(s [][]float32) []float32 {
			f(s[0], s[1])
			f(s[1], s[1])
			return nil
		}})
	}
	for name, f := range map[string]func(x []float32) float32{"Sum": Sum, "SumSquare": SumSquare, "Max": Max, "Min": Min} {
		run := func(s [][]float32) []float32 { return []float32{f(s[0])} }
		register(sample{name: name, slices: 1, run: run, long: []int{100000}})
		register(sample{name: name + "/wild", slices: 1, run: run, fill: wild})
	}
	register(sample{name: "Dot", slices: 2, long: []int{100000}, run: func(s [][]float32) []float32 {
		return []float32{Dot(s[0], s[1])}
	}})
	register(sample{name: "CenteredSquare", slices: 3, run: func(s [][]float32) []float32 {
		CenteredSquare(s[0], s[1], s[2])
		return nil
	}})
	register(sample{name: "CenteredProduct", slices: 4, run: func(s [][]float32) []float32 {
		CenteredProduct(s[0], s[1], s[2], s[3])
		return nil
	}})
	register(sample{name: "Normalize", slices: 4, run: func(s [][]float32) []float32 {
		Normalize(s[0], s[1], s[2], s[3])
		return nil
	}})
	register(sample{name: "NormalizeGrad", slices: 7, run: func(s [][]float32) []float32 {
		NormalizeGrad(s[0], s[1], s[2], s[3], s[4], s[5], s[6])
		return nil
	}})
}

func BenchmarkElementwise(b *testing.B) {
	for _, size := range []int{4096, 131072, 16 << 20} {
		x, y, z := make([]float32, size), make([]float32, size), make([]float32, size)
		Uniform(x, 1, 0)
		Uniform(y, 2, 0)
		copy(z, x) // a page that was never written costs more than the kernel
		sweep(b, "Add", size, 12, func(l, h int) { Add(z[l:h], x[l:h], y[l:h]) })
		sweep(b, "Div", size, 12, func(l, h int) { Div(z[l:h], x[l:h], y[l:h]) })
		sweep(b, "Maximum", size, 12, func(l, h int) { Maximum(z[l:h], x[l:h], y[l:h]) })
		sweep(b, "Relu", size, 8, func(l, h int) { Relu(z[l:h], x[l:h]) })
		sweep(b, "Accumulate", size, 12, func(l, h int) { Accumulate(z[l:h], x[l:h], 1e-9) })
		sweep(b, "Sum", size, 4, func(l, h int) { Sum(x[l:h]) })
		sweep(b, "Dot", size, 8, func(l, h int) { Dot(x[l:h], y[l:h]) })
		sweep(b, "Max", size, 4, func(l, h int) { Max(x[l:h]) })
	}
}
