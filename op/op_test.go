package op_test

import (
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/device/meta"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

// A sample is one call of an operation, which goes through every check of TestAll.
type sample struct {
	name  string // the operation, then the variant
	in    []*tensor.Tensor
	call  call
	shape []int // of the result
	order int   // how often it can be differentiated, if not twice; -1 means not at all

	golden string                 // cases whose names begin so, in op.golden
	names  []string               // of the inputs there
	attrs  func(*check.Case) call // the call with the attributes of a case; call, if nil

	misuse []misuse
}

type call = func(x []*tensor.Tensor) *tensor.Tensor

// misuse is a call that panics with an error that contains want.
type misuse struct {
	want string
	call func()
}

var samples []sample

func register(s sample) bool {
	samples = append(samples, s)
	return true
}

func TestMain(m *testing.M) {
	cpu.Debug(true) // memory that is given back is filled with NaN
	os.Exit(m.Run())
}

func TestAll(t *testing.T) {
	cases := check.GoldenAll(t, "testdata")
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			if s.call != nil {
				testShape(t, s)
				testGradients(t, s)
				testStrided(t, s)
				testBroadcast(t, s)
				testMeta(t, s)
				testComposed(t, s)
				testTypes(t, s)
				testScope(t, s)
			}
			if s.golden != "" {
				for _, c := range check.Cases(t, cases, s.golden) {
					t.Run(c.Name, func(t *testing.T) { testGolden(t, s, c.On(t)) })
				}
			} else {
				s.note("by hand", 0).Write(t)
			}
			for _, m := range s.misuse {
				testMisuse(t, m)
			}
		})
	}
}

// note is what the vocabulary's table says of the sample.
func (s sample) note(reference string, off float64) check.Note {
	order := s.order
	if order == 0 && s.call != nil {
		order = 2
	}
	return check.Note{Package: "op", Entry: s.name, Reference: reference, Error: off, Order: max(0, order)}
}

func testShape(t *testing.T, s sample) {
	if y := s.call(s.in); !slices.Equal(y.Shape(), s.shape) {
		t.Errorf("shape %v, want %v", y.Shape(), s.shape)
	}
}

func testGradients(t *testing.T, s sample) {
	if s.order < 0 {
		return
	}
	order := s.order
	if order == 0 {
		order = 2
	}
	if err := autograd.CheckOrder(order, s.call, s.in...); err != nil {
		t.Error(err)
	}
}

// results returns y and the gradients of Σ y·cos(3i+1) with respect to the float inputs, as float64.
func results(s sample, in []*tensor.Tensor) [][]float64 {
	watched := slices.Clone(in)
	for i, x := range in {
		if x != nil && x.DType().IsFloat() && s.order >= 0 {
			watched[i] = x.Watch()
		}
	}
	y := s.call(watched)
	all := [][]float64{tensor.Values[float64](y)}
	if s.order < 0 {
		return all
	}
	w := make([]float64, y.Len())
	for i := range w {
		w[i] = math.Cos(3*float64(i) + 1)
	}
	weights := tensor.Of(w).Reshape(y.Shape()...).To(y.Device()).Cast(y.DType())
	grads := autograd.Backward(y.Mul(weights).Sum())
	for i, x := range in {
		if x != watched[i] {
			g := grads.Of(x)
			if g == nil {
				g = x.FullLike(0, x.Shape()...)
			}
			all = append(all, tensor.Values[float64](g))
		}
	}
	return all
}

func same(t *testing.T, what string, got, want [][]float64, tolerance float64) {
	t.Helper()
	for i := range want {
		for j, w := range want[i] {
			if g := got[i][j]; !(math.Abs(g-w) <= tolerance*max(1, math.Abs(w)) || g != g && w != w) {
				t.Errorf("%s: %s, element %d: %.9g, want %.9g", what, []string{"y", "dx"}[min(i, 1)], j, g, w)
				return
			}
		}
	}
}

// layouts are ways in which the same elements lie in memory.
var layouts = map[string]func(x *tensor.Tensor) *tensor.Tensor{
	"transposed": func(x *tensor.Tensor) *tensor.Tensor {
		if x.Rank() < 2 {
			return x
		}
		return x.T().Contiguous().T()
	},
	"channels last": func(x *tensor.Tensor) *tensor.Tensor {
		if x.Rank() < 3 {
			return x
		}
		axes := []int{0}
		for k := 2; k < x.Rank(); k++ {
			axes = append(axes, k)
		}
		last := x.Permute(append(axes, 1)...).Contiguous()
		back := []int{0, x.Rank() - 1}
		for k := 2; k < x.Rank(); k++ {
			back = append(back, k-1)
		}
		return last.Permute(back...)
	},
	"backwards": func(x *tensor.Tensor) *tensor.Tensor {
		if x.Rank() == 0 {
			return x
		}
		return x.Flip(0).Contiguous().Flip(0)
	},
	"in a larger one": func(x *tensor.Tensor) *tensor.Tensor {
		if x.Rank() == 0 {
			return x
		}
		k := x.Rank() - 1
		return tensor.Concat(k, x, x).Slice(k, 0, x.Dim(k))
	},
}

func testStrided(t *testing.T, s sample) {
	want := results(s, s.in)
	for name, layout := range layouts {
		in := slices.Clone(s.in)
		for i, x := range in {
			if x != nil {
				in[i] = layout(x)
			}
		}
		same(t, name, results(s, in), want, 1e-10)
	}
}

// testBroadcast gives inputs that repeat their first row without holding it more than once.
func testBroadcast(t *testing.T, s sample) {
	repeated, copied := slices.Clone(s.in), slices.Clone(s.in)
	for i, x := range s.in {
		if x == nil || x.Rank() == 0 || x.Dim(0) == 0 {
			continue
		}
		repeated[i] = x.Slice(0, 0, 1).Expand(x.Shape()...)
		copied[i] = repeated[i].Clone()
	}
	same(t, "repeated", results(s, repeated), results(s, copied), 1e-10)
}

// testMeta runs the sample where there are no elements: the shapes of result and gradients are those of the CPU.
func testMeta(t *testing.T, s sample) {
	d := meta.New()
	in, watched := slices.Clone(s.in), slices.Clone(s.in)
	for i, x := range s.in {
		in[i] = tensor.New(d, x.DType(), x.Shape()...)
		watched[i] = in[i]
		if x.DType().IsFloat() && s.order >= 0 {
			watched[i] = in[i].Watch()
		}
	}
	y := s.call(watched)
	if !slices.Equal(y.Shape(), s.shape) {
		t.Errorf("shape on meta %v, want %v", y.Shape(), s.shape)
	}
	if s.order < 0 {
		return
	}
	grads := autograd.Backward(y.Sum())
	for i, x := range in {
		if g := grads.Of(x); x != watched[i] && (g == nil || !slices.Equal(g.Shape(), x.Shape())) {
			t.Errorf("the gradient of input %d on meta is %v", i, g)
		}
	}
}

// A refuser is a device with nothing but the basis.
type refuser struct{ device.Device }

func (r refuser) Run(c *device.Call) bool { return c.Op.Basis() && r.Device.Run(c) }

func testComposed(t *testing.T, s sample) {
	basis := refuser{cpu.Device}
	for _, type_ := range []device.DType{device.Float64, device.Float32} {
		fused, composed := convert(s.in, type_, cpu.Device), convert(s.in, type_, basis)
		tolerance := 1e-9
		if type_ == device.Float32 {
			tolerance = 2e-4
		}
		same(t, "composed in "+type_.String(), results(s, composed), results(s, fused), tolerance)
	}
	if s.order == 0 {
		err := tensor.Catch(func() {
			leaves := slices.Clone(convert(s.in, device.Float64, basis))
			for i, x := range leaves {
				if x != nil && x.DType().IsFloat() {
					leaves[i] = x.Watch()
				}
			}
			autograd.Backward(autograd.Grad(s.call(leaves).Square().Sum(), floats(leaves)...)[0].Square().Sum())
		})
		if err != nil {
			t.Error("composed, second order:", err)
		}
	}
}

func floats(in []*tensor.Tensor) (f []*tensor.Tensor) {
	for _, x := range in {
		if x != nil && x.DType().IsFloat() {
			f = append(f, x)
		}
	}
	return f
}

func convert(in []*tensor.Tensor, t device.DType, d device.Device) []*tensor.Tensor {
	out := slices.Clone(in)
	for i, x := range out {
		if x != nil && x.DType().IsFloat() {
			x = x.Cast(t)
		}
		if x != nil {
			out[i] = x.To(d)
		}
	}
	return out
}

// testTypes compares the other types with float64.
func testTypes(t *testing.T, s sample) {
	want := results(s, s.in)
	same(t, "in float32", results(s, convert(s.in, device.Float32, cpu.Device)), want, 2e-4)
	for _, half := range []device.DType{device.Float16, device.BFloat16} {
		rounded := convert(convert(s.in, half, cpu.Device), device.Float64, cpu.Device)
		same(t, "in "+half.String(), results(s, convert(s.in, half, cpu.Device)), results(s, rounded), 0.06)
	}
}

// testScope checks that results belong to the scope of the inputs, and that a walk back frees nothing too early.
func testScope(t *testing.T, s sample) {
	scope := tensor.NewScope()
	in := slices.Clone(s.in)
	for i, x := range in {
		if x != nil {
			in[i] = scope.Bring(x)
		}
	}
	y := s.call(in)
	if y.Scope() != scope {
		t.Error("the result does not belong to the scope of the inputs")
	}
	same(t, "in a scope", results(s, in), results(s, s.in), 1e-12)
	if mine := y.OwnsMemory(); mine {
		scope.Close()
		if err := tensor.Catch(func() { y.Neg() }); err == nil || !strings.Contains(err.Error(), "has ended") {
			t.Errorf("using the result after its scope is closed: %v", err)
		}
		return
	}
	scope.Close()
}

func testGolden(t *testing.T, s sample, c *check.Case) {
	f := s.call
	if s.attrs != nil {
		f = s.attrs(c)
	}
	in := make([]*tensor.Tensor, len(s.names))
	for i, name := range s.names {
		if c.Has(name) {
			in[i] = goldenTensor(c, name)
		}
	}
	y := f(in)
	if !slices.Equal(y.Shape(), c.Shape("y")) {
		t.Fatalf("shape %v, want %v", y.Shape(), c.Shape("y"))
	}
	tolerance := max(4*c.Float("err32"), 2e-6)
	scaled(t, "y", y.Floats(), c.Float32("y"), tolerance)
	off := check.Off(y.Floats(), c.Float32("y"))
	defer func() { s.note(c.MadeBy, off).Write(t) }()
	if s.order < 0 {
		return
	}
	grads := autograd.Backward(y.Mul(goldenTensor(c, "dy").Detach()).Sum())
	for i, name := range s.names {
		if c.Has("d" + name) {
			off = max(off, check.Off(grads.Of(in[i]).Floats(), c.Float32("d"+name)))
			scaled(t, "d"+name, grads.Of(in[i]).Floats(), c.Float32("d"+name), tolerance)
		}
	}
}

// scaled compares relative to the largest element.
func scaled(t *testing.T, what string, got, want []float32, tolerance float64) {
	t.Helper()
	var most float64
	for _, v := range want {
		if a := math.Abs(float64(v)); !math.IsInf(a, 0) {
			most = max(most, a)
		}
	}
	for i, w := range want {
		if d := math.Abs(float64(got[i]) - float64(w)); !(d <= tolerance*max(most, 1e-30)) && got[i] != w {
			t.Errorf("%s, element %d: %.9g, want %.9g (largest %.3g)", what, i, got[i], w, most)
			return
		}
	}
}

func goldenTensor(c *check.Case, name string) *tensor.Tensor {
	if a := c.Array(name); a.Int64 != nil {
		return tensor.Of(a.Int64).Reshape(a.Shape...)
	}
	return tensor.Of(c.Float32(name)).Reshape(c.Shape(name)...).Watch()
}

func testMisuse(t *testing.T, m misuse) {
	t.Helper()
	err := tensor.Catch(m.call)
	if err == nil || !strings.Contains(err.Error(), m.want) {
		t.Errorf("got error %v, want %q", err, m.want)
	}
}

// wave returns numbers of both signs, none near 0 or another.
func wave(shape ...int) *tensor.Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	x := make([]float64, n)
	for i := range x {
		x[i] = 1.2*math.Sin(1.7*float64(i)+0.4+float64(n)) + 0.003*float64(i)
		x[i] += math.Copysign(0.05, x[i])
	}
	return tensor.Of(x).Reshape(shape...)
}

// ids returns integers below n.
func ids(n int, shape ...int) *tensor.Tensor {
	size := 1
	for _, d := range shape {
		size *= d
	}
	x := make([]int64, size)
	for i := range x {
		x[i] = int64((i*7 + i*i) % n)
	}
	return tensor.Of(x).Reshape(shape...)
}

func one(f func(x *tensor.Tensor) *tensor.Tensor) call {
	return func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0]) }
}

func list(x ...*tensor.Tensor) []*tensor.Tensor { return x }
