package op

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/parallel"
	"github.com/jimu-ml/jimu/tensor"
)

// matrices are those of a tensor [… m n], on the host, in float64 whatever the tensor has.
type matrices struct {
	like *tensor.Tensor
	lead []int
	m, n int
	v    []float64
}

func matricesOf(op string, x *tensor.Tensor) *matrices {
	m, n := matrixShape(op, x)
	return &matrices{x, x.Shape()[:x.Rank()-2], m, n, tensor.Values[float64](x.Detach())}
}

// squaresOf is matricesOf for matrices that are square.
func squaresOf(op string, x *tensor.Tensor) *matrices {
	if m, n := matrixShape(op, x); m != n {
		panic(tensor.Errorf(op, "the matrices of shape %v are not square", x))
	}
	return matricesOf(op, x)
}

func matrixShape(op string, x *tensor.Tensor) (m, n int) {
	checkFloat(op, x)
	if x.Rank() < 2 {
		panic(tensor.Errorf(op, "shape %v is not [… m n]", x))
	}
	return x.Dim(-2), x.Dim(-1)
}

// each calls f for every matrix, row-major; several at once.
func (b *matrices) each(f func(i int, a []float64)) {
	size := b.m * b.n
	if size == 0 {
		return
	}
	parallel.For(len(b.v)/size, max(1024/size, 1), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			f(i, b.v[i*size:(i+1)*size])
		}
	})
}

// count returns how many matrices there are.
func (b *matrices) count() int {
	n := 1
	for _, d := range b.lead {
		n *= d
	}
	return n
}

// tensor returns data as a tensor of the matrices' type and device, [… tail].
func (b *matrices) tensor(data []float64, tail ...int) *tensor.Tensor {
	return tensor.OutputOf(b.like.DType(), b.like, data, slices.Concat(b.lead, tail))
}

// inSingle calls f with tensors of 16-bit floats cast to float32, in which its gradients are taken too, and casts the result
// back.
func inSingle(f func(x []*tensor.Tensor) *tensor.Tensor, x ...*tensor.Tensor) *tensor.Tensor {
	t := x[0].DType()
	if t != device.Float16 && t != device.BFloat16 {
		return f(x)
	}
	wide := make([]*tensor.Tensor, len(x))
	for i := range x {
		wide[i] = x[i].Cast(device.Float32)
	}
	return f(wide).Cast(t)
}

// together broadcasts the leading axes of two tensors of matrices.
func together(op string, a, b *tensor.Tensor) (x, y *tensor.Tensor) {
	checkType(op, "right side", b, a)
	lead := tensor.Broadcast(op, a.Detach().Select(-1, 0).Select(-1, 0), b.Detach().Select(-1, 0).Select(-1, 0))
	expand := func(t *tensor.Tensor) *tensor.Tensor {
		shape := slices.Concat(lead, t.Shape()[t.Rank()-2:])
		if slices.Equal(shape, t.Shape()) {
			return t
		}
		return t.Expand(shape...)
	}
	return expand(a), expand(b)
}

// symmetric returns (x + xᵀ)/2.
func symmetric(x *tensor.Tensor) *tensor.Tensor { return x.Add(x.T()).Scale(0.5) }

// unit returns the identity, [n n], of x's type and device.
func unit(x *tensor.Tensor, n int) *tensor.Tensor { return x.FullLike(1, n).Diag(0) }

// finite reports whether there is neither NaN nor infinity.
func finite(a []float64) bool {
	for _, v := range a {
		if math.IsNaN(v - v) {
			return false
		}
	}
	return true
}

func fillNaN(a []float64) {
	for i := range a {
		a[i] = math.NaN()
	}
}

// scaleDown divides a by a power of 2 so that its largest magnitude is near 1, and squares neither over- nor underflow. It returns that
// power.
func scaleDown(a []float64) float64 {
	most := 0.0
	for _, v := range a {
		most = max(most, math.Abs(v))
	}
	if most == 0 {
		return 1
	}
	_, e := math.Frexp(most)
	e-- // 2ᵉ itself does not overflow
	for i, v := range a {
		a[i] = math.Ldexp(v, -e)
	}
	return math.Ldexp(1, e)
}
