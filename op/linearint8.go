package op

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// Int8 is a weight [out in] of bytes with a scale for each output, for products in bytes.
type Int8 struct {
	Layout device.Int8Panels
	Data   *tensor.Tensor // Uint8, as [device.Int8Panels] describes
	Scale  *tensor.Tensor // float32 [out]
	Sum    *tensor.Tensor // int32 [out]: 128·Σ of the integers of an output
}

// QuantizeInt8 rounds a weight [out in] to bytes from −127 to 127, each output with a scale of its own.
//
//	scale[o] = maxᵢ|w[o,i]| / 127
//
// It panics with a [tensor.Error] if w is not of float and of rank 2, or has a number that is not finite.
func QuantizeInt8(w *tensor.Tensor) *Int8 {
	checkFloat("QuantizeInt8", w)
	if w.Rank() != 2 {
		panic(tensor.Errorf("QuantizeInt8", "weight %v is not [out in]", w))
	}
	l := device.Int8Panels{Out: w.Dim(0), In: w.Dim(1)}
	shape := l.Shape()
	data, scale, sum := make([]uint8, shape[0]*shape[1]*128), make([]float32, l.Out), make([]int32, l.Out)
	row := make([]uint8, (l.In+31)/32*32)
	for o, x := 0, w.Floats(); o < l.Out; o++ {
		scale[o] = quantizeGroup(row, x[o*l.In:(o+1)*l.In], 8)
		for i, q := range row[:l.In] {
			data[l.At(o, i)] = q
			sum[o] += 128 * int32(int8(q))
		}
	}
	d := w.Device()
	return &Int8{l, tensor.Of(data, shape...).To(d), tensor.Of(scale, l.Out).To(d), tensor.Of(sum, l.Out).To(d)}
}

// To returns w on another device.
func (w *Int8) To(d device.Device) *Int8 {
	return &Int8{w.Layout, w.Data.To(d), w.Scale.To(d), w.Sum.To(d)}
}

// Dequantize returns the weight [out in] that w stands for, of a floating-point type.
func (w *Int8) Dequantize(t device.DType) *tensor.Tensor {
	return w.integers(t).Mul(w.Scale.Cast(t).Unsqueeze(-1))
}

func (w *Int8) integers(t device.DType) *tensor.Tensor {
	shape := w.Layout.Shape()
	q := signedBytes(w.Data.Cast(device.Float32).Reshape(shape...)).Permute(0, 2, 1, 3)
	return q.Reshape(shape[0]*32, shape[1]*4).Slice(0, 0, w.Layout.Out).Slice(1, 0, w.Layout.In).Cast(t)
}

// LinearInt8 returns an affine map of the last axis of x in bytes: each row of x is rounded to integers from −127 to 127
// with a scale of its own, the sums are exact integers, and the result is scaled back.
//
//	x [… in], w [out in], b [out] or nil → y [… out]
//	s = max|x| / 127    q = round(x / s)    y = s · scale · (q wᵀ) + b
//
// A row with a number that is not finite gives NaN. Rounding has no gradient: it panics with a [tensor.Error] if x or b needs
// one, or if the shapes do not fit.
//
// Dettmers, Lewis, Belkada and Zettlemoyer, LLM.int8(), 2022 (arXiv:2208.07339), section 2, vector-wise quantization.
func LinearInt8(x *tensor.Tensor, w *Int8, b *tensor.Tensor) *tensor.Tensor {
	checkFloat("LinearInt8", x)
	tensor.NonDifferentiable("LinearInt8", x, w.Scale)
	if b != nil {
		tensor.NonDifferentiable("LinearInt8", b)
	}
	if x.Rank() == 0 || x.Dim(-1) != w.Layout.In {
		panic(tensor.Errorf("LinearInt8", "a weight [%d %d] does not fit the last axis of %v", w.Layout.Out, w.Layout.In, x))
	}
	checkBias("LinearInt8", b, w.Layout.Out, x)
	y := tensor.OutputRowMajor(x, append(append([]int{}, x.Shape()[:x.Rank()-1]...), w.Layout.Out), b)
	if tensor.Try(device.LinearInt8, nil, []*tensor.Tensor{y}, x, w.Data, w.Scale, w.Sum, b) {
		return y
	}
	return linearInt8Composed(x, w, b, y.Shape())
}

func linearInt8Composed(x *tensor.Tensor, w *Int8, b *tensor.Tensor, shape []int) *tensor.Tensor {
	if x.Len() == 0 { // no largest
		return Linear(x, w.Dequantize(x.DType()), b)
	}
	x = matrix(x)
	largest := x.Abs().MaxKeep(-1)
	smallest := x.FullLike(127/math.MaxFloat32*1.001, 1, 1)
	q := x.Mul(x.FullLike(127, 1, 1).Div(largest.Maximum(smallest))).Round()
	y := q.MatMul(w.integers(x.DType()).T()).Mul(largest.Scale(1.0 / 127)).Mul(w.Scale.Cast(x.DType()))
	if b != nil {
		y = y.Add(b)
	}
	return y.Reshape(shape...)
}
