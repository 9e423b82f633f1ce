package devicetest

import (
	"math"

	"github.com/jimu-ml/jimu/device"
)

// wave returns numbers of both signs, exact in every float type, some of them whole.
func wave(i int) float64 { return float64((i*7)%23-11) / 4 }

// whole returns small whole numbers of both signs.
func whole(i int) float64 { return float64((i*5)%13 - 6) }

// positive returns numbers from 1/8 to 3.
func positive(i int) float64 { return float64((i*7)%23+1) / 8 }

// sampled returns numbers that suit a type: whole for integers, positive for Uint8.
func sampled(t device.DType, i int) float64 {
	switch t {
	case device.Uint8:
		return float64((i * 5) % 13)
	case device.Bool:
		return float64((i * 5) % 3 % 2)
	case device.Int32, device.Int64:
		return whole(i)
	}
	return wave(i)
}

func sampling(t device.DType) func(int) float64 {
	return func(i int) float64 { return sampled(t, i) }
}

type unaryCase struct {
	op        device.Op
	types     []device.DType
	flag      bool
	tolerance float64 // in units of the last place of the type
	x         func(i int) float64
	f         func(x float64) float64
}

var (
	integers   = []device.DType{device.Int64, device.Int32, device.Uint8}
	unaryCases = []unaryCase{
		{op: device.Neg, types: numbers, f: func(x float64) float64 { return -x }},
		{op: device.Abs, types: numbers, f: math.Abs},
		{op: device.Sign, types: numbers, f: sign},
		{op: device.Exp, types: floats, tolerance: 8, f: math.Exp},
		{op: device.Log, types: floats, tolerance: 8, x: positive, f: math.Log},
		{op: device.Sqrt, types: floats, tolerance: 1, x: positive, f: math.Sqrt},
		{op: device.Sin, types: floats, tolerance: 8, f: math.Sin},
		{op: device.Cos, types: floats, tolerance: 8, f: math.Cos},
		{op: device.Tanh, types: floats, tolerance: 8, f: math.Tanh},
		{op: device.Erf, types: floats, tolerance: 8, f: math.Erf},
		{op: device.Floor, types: numbers, f: math.Floor},
		{op: device.Ceil, types: numbers, f: math.Ceil},
		{op: device.Round, types: numbers, f: math.RoundToEven},
		{op: device.Not, types: []device.DType{device.Bool}, f: func(x float64) float64 { return 1 - x }},

		{op: device.Relu, types: floats, f: func(x float64) float64 { return max(x, 0) }},
		{op: device.Sigmoid, types: floats, tolerance: 8, f: sigmoid},
		{op: device.Gelu, types: floats, tolerance: 16, f: func(x float64) float64 { return x * normal(x) }},
		{op: device.Gelu, types: floats, flag: true, tolerance: 16, f: geluTanh},
		{op: device.Silu, types: floats, tolerance: 8, f: func(x float64) float64 { return x * sigmoid(x) }},
		{op: device.Softplus, types: floats, tolerance: 8, f: func(x float64) float64 { return math.Log1p(math.Exp(x)) }},
	}
)

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func normal(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }

func density(x float64) float64 { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) }

func geluTanh(x float64) float64 {
	return x * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x))) / 2
}

func testUnary(s *suite) {
	for _, c := range unaryCases {
		for _, t := range c.types {
			for i, shape := range shapes {
				for in := range layouts {
					f := c.x
					if f == nil {
						f = sampling(t)
					}
					s.unary(c, newArray(t, (in+layout(i))%layouts, shape, nil), newArray(t, in, shape, f))
				}
			}
			if y := newArray(t, rowMajor, []int{4, 50}, nil); c.x == nil {
				s.unary(c, y, newArray(t, rowMajor, []int{4, 50}, sampling(t)).broadcast(1))
				s.unary(c, y, newArray(t, rowMajor, []int{4, 50}, sampling(t)).broadcast(0))
			}
		}
	}
}

func (s *suite) unary(c unaryCase, y, x *array) {
	s.Helper()
	y.view.Buffer = nil
	if !s.run(c.op, device.Attr{Flag: c.flag}, []*array{y}, x) {
		if c.op.Basis() {
			s.Errorf("%s of %s is refused", c.op, describe([]*array{y, x}))
		}
		return
	}
	for i, v := range x.value {
		y.value[i] = c.f(v)
	}
	s.expect(c.op, c.tolerance, y, x)
}

type binaryCase struct {
	op        device.Op
	types     []device.DType
	flag      bool
	tolerance float64
	b         func(i int) float64
	f         func(a, b float64) float64
}

var binaryCases = []binaryCase{
	{op: device.Add, types: numbers, f: func(a, b float64) float64 { return a + b }},
	{op: device.Sub, types: numbers, f: func(a, b float64) float64 { return a - b }},
	{op: device.Mul, types: numbers, f: func(a, b float64) float64 { return a * b }},
	{op: device.Div, types: floats, tolerance: 1, b: positive, f: func(a, b float64) float64 { return a / b }},
	{
		op: device.Div, types: integers, b: func(i int) float64 { return float64(i%4 + 1) },
		f: func(a, b float64) float64 { return math.Trunc(a / b) },
	},
	{op: device.Pow, types: floats, tolerance: 64, b: func(i int) float64 { return float64(i%5 - 2) }, f: math.Pow},
	{op: device.Pow, types: []device.DType{device.Int64, device.Int32}, b: func(i int) float64 { return float64(i % 4) }, f: math.Pow},
	{op: device.Maximum, types: numbers, f: math.Max},
	{op: device.Minimum, types: numbers, f: math.Min},
	{op: device.And, types: []device.DType{device.Bool}, f: math.Min},
	{op: device.Or, types: []device.DType{device.Bool}, f: math.Max},

	{op: device.ReluGrad, types: floats, f: func(dy, y float64) float64 {
		if y > 0 {
			return dy
		}
		return 0
	}},
	{op: device.SigmoidGrad, types: floats, tolerance: 8, f: func(dy, y float64) float64 { return dy * y * (1 - y) }},
	{op: device.TanhGrad, types: floats, tolerance: 8, f: func(dy, y float64) float64 { return dy * (1 - y*y) }},
	{
		op: device.GeluGrad, types: floats, tolerance: 32,
		f: func(dy, x float64) float64 { return dy * (normal(x) + x*density(x)) },
	},
	{op: device.GeluGrad, flag: true, types: floats, tolerance: 32, f: func(dy, x float64) float64 {
		w := 2 * math.Sqrt(2/math.Pi) * (x + 0.044715*x*x*x)
		dw := 2 * math.Sqrt(2/math.Pi) * (1 + 3*0.044715*x*x)
		return dy * (sigmoid(w) + x*sigmoid(w)*(1-sigmoid(w))*dw)
	}},
	{
		op: device.SiluGrad, types: floats, tolerance: 8,
		f: func(dy, x float64) float64 { return dy * sigmoid(x) * (1 + x*(1-sigmoid(x))) },
	},
}

func testBinary(s *suite) {
	for _, c := range binaryCases {
		for _, t := range c.types {
			if c.op == device.Sub && t == device.Uint8 {
				continue
			}
			s.binaryShapes(c, t)
		}
	}
}

func testCompare(s *suite) {
	truth := func(f func(a, b float64) bool) func(a, b float64) float64 {
		return func(a, b float64) float64 {
			if f(a, b) {
				return 1
			}
			return 0
		}
	}
	for _, t := range all {
		s.binaryShapes(binaryCase{op: device.Equal, f: truth(func(a, b float64) bool { return a == b })}, t)
		s.binaryShapes(binaryCase{op: device.Less, f: truth(func(a, b float64) bool { return a < b })}, t)
		s.binaryShapes(binaryCase{op: device.LessEqual, f: truth(func(a, b float64) bool { return a <= b })}, t)
	}
}

// binaryShapes runs a case on shapes that are the same, and on such that broadcast.
func (s *suite) binaryShapes(c binaryCase, t device.DType) {
	s.Helper()
	pairs := [][3][]int{
		{{4, 50}, {4, 50}, {50}},
		{{4, 50}, {4, 1}, {4, 50}},
		{{50, 4}, {50, 4}, {4}},
		{{50, 4}, {50, 1}, {1, 4}},
		{{2, 3, 5}, {3, 1}, {2, 1, 5}},
		{{6, 40}, {}, {6, 40}},
		{{6, 40}, {6, 40}, {1, 1}},
		{{3, 3}, {}, {}},
		{{2, 3, 4, 35}, {3, 1, 1}, {2, 3, 4, 35}},
		{{0, 3}, {1, 3}, {0, 1}},
	}
	for _, shape := range shapes {
		pairs = append(pairs, [3][]int{shape, shape, shape})
	}
	for i, p := range pairs {
		for in := range layouts {
			s.binary(c, t, p, in, layout(i))
		}
	}
}

func (s *suite) binary(c binaryCase, t device.DType, p [3][]int, in, shift layout) {
	s.Helper()
	f := c.b
	if f == nil {
		f = func(i int) float64 { return sampled(t, i*3+1) }
	}
	out := t
	if c.op == device.Equal || c.op == device.Less || c.op == device.LessEqual {
		out = device.Bool
	}
	y := newArray(out, (in+shift)%layouts, p[0], nil)
	a, b := newArray(t, in, p[1], sampling(t)), newArray(t, (in+2*shift)%layouts, p[2], f)
	if !s.run(c.op, device.Attr{Flag: c.flag}, []*array{y}, a, b) {
		if c.op.Basis() {
			s.Errorf("%s of %s is refused", c.op, describe([]*array{y, a, b}))
		}
		return
	}
	y.each(func(i int, at []int) { y.value[i] = c.f(a.value[number(p[1], at)], b.value[number(p[2], at)]) })
	s.expect(c.op, c.tolerance, y, a, b)
}

func testScalar(s *suite) {
	for _, t := range floats {
		for _, shape := range shapes {
			for in := range layouts {
				a := device.Attr{Scalars: [8]float64{1.5}}
				add := unaryCase{op: device.AddScalar, f: func(x float64) float64 { return x + 1.5 }}
				mul := unaryCase{op: device.MulScalar, f: func(x float64) float64 { return x * 1.5 }}
				for _, c := range []unaryCase{add, mul} {
					x, y := newArray(t, in, shape, sampling(t)), newArray(t, rowMajor, shape, nil)
					if s.run(c.op, a, []*array{y}, x) {
						for i, v := range x.value {
							y.value[i] = c.f(v)
						}
						s.expect(c.op, 0, y, x)
					}
				}
			}
		}
	}
}

// testInPlace has outputs that are inputs.
func testInPlace(s *suite) {
	for _, l := range []layout{rowMajor, reversed, spaced} {
		x := newArray(device.Float32, l, []int{40, 6, 50}, wave)
		b := newArray(device.Float32, rowMajor, []int{50}, whole)
		s.must(device.Add, device.Attr{}, []*array{x}, x, b)
		x.each(func(i int, at []int) { x.value[i] += b.value[at[2]] })
		s.expect(device.Add, 0, x)
		s.must(device.Neg, device.Attr{}, []*array{x}, x)
		for i := range x.value {
			x.value[i] = -x.value[i]
		}
		s.expect(device.Neg, 0, x)
	}
}
