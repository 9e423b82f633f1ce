package op

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// Quantized is a weight [out in] of small integers, each group of neighbours along in with a scale:
//
//	w[o,i] = scale[o, i/group] · q[o,i]
type Quantized struct {
	Format  device.Quantized
	Out, In int
	Data    *tensor.Tensor // Uint8 [out bytes], as [device.Quantized] describes
	Scale   *tensor.Tensor // float32 [out groups]
}

// Quantize rounds a weight [out in] to integers of 4 or 8 bits with a scale for each group of neighbours along in. A group
// is a multiple of 32, such as 64: a smaller one costs more memory and errs less. 0 means 64 for 4 bits, and the whole row for
// 8.
//
//	8 bits: scale = max|w| / 127, q from −127 to 127
//	4 bits: scale = −m / 8 for the m of largest magnitude, q from −8 to 7
//
// So 4 bits with groups of 64 take 4.5 bits a weight. It panics with a [tensor.Error] if w is not of float and of rank 2,
// or has a number that is not finite.
func Quantize(w *tensor.Tensor, bits, group int) *Quantized {
	checkFloat("Quantize", w)
	if w.Rank() != 2 {
		panic(tensor.Errorf("Quantize", "weight %v is not [out in]", w))
	}
	out, in := w.Dim(0), w.Dim(1)
	if group == 0 {
		group = 64
		if bits == 8 {
			group = max(1, (in+device.QuantizedChunk-1)/device.QuantizedChunk) * device.QuantizedChunk
		}
	}
	if bits != 4 && bits != 8 || group < 0 || group%device.QuantizedChunk != 0 {
		panic(tensor.Errorf("Quantize", "%d bits in groups of %d; want 4 or 8 bits in groups of a multiple of %d", bits, group, device.QuantizedChunk))
	}
	f := device.Quantized{Bits: bits, Group: group}
	row, groups := f.RowBytes(in), f.Groups(in)
	data, scale := make([]uint8, out*row), make([]float32, out*groups)
	for o, x := 0, w.Floats(); o < out; o++ {
		for g := range groups {
			part := x[o*in+g*group : o*in+min((g+1)*group, in)]
			scale[o*groups+g] = quantizeGroup(data[o*row+g*f.RowBytes(group):], part, bits)
		}
	}
	return &Quantized{f, out, in, tensor.Of(data, out, row).To(w.Device()), tensor.Of(scale, out, groups).To(w.Device())}
}

// quantizeGroup writes the integers of a group and returns their scale.
func quantizeGroup(data []uint8, x []float32, bits int) (scale float32) {
	extreme := float32(0)
	for _, v := range x {
		if !(math.Abs(float64(v)) <= math.MaxFloat32) {
			panic(tensor.Errorf("Quantize", "the weight holds %v", v))
		}
		if math.Abs(float64(v)) > math.Abs(float64(extreme)) {
			extreme = v
		}
	}
	low, high := -127.0, 127.0
	scale = float32(math.Abs(float64(extreme))) / 127
	if bits == 4 {
		low, high, scale = -8, 7, -extreme/8
	}
	if math.Abs(float64(scale)) < 0x1p-126 { // what is subnormal has no reciprocal
		scale = 0
	}
	chunks := (len(x) + device.QuantizedChunk - 1) / device.QuantizedChunk
	for i := range chunks * device.QuantizedChunk {
		q := 0.0
		if i < len(x) && scale != 0 {
			q = min(max(math.RoundToEven(float64(x[i])/float64(scale)), low), high)
		}
		if bits == 8 {
			data[i] = uint8(int8(q))
			continue
		}
		b := &data[i/32*16+i%16]
		if i%32 < 16 {
			*b = uint8(q + 8)
		} else {
			*b |= uint8(q+8) << 4
		}
	}
	return scale
}

// To returns q on another device.
func (q *Quantized) To(d device.Device) *Quantized {
	to := *q
	to.Data, to.Scale = q.Data.To(d), q.Scale.To(d)
	return &to
}

// Dequantize returns the weight [out in] that q stands for, of a floating-point type.
func (q *Quantized) Dequantize(t device.DType) *tensor.Tensor {
	chunks := q.Data.Dim(1) * 8 / q.Format.Bits / device.QuantizedChunk
	bytes := q.Data.Cast(device.Float32) // as integers, up to 255, they are exact there
	if q.Format.Bits == 8 {
		bytes = signedBytes(bytes)
	} else {
		bytes = bytes.Reshape(q.Out, chunks, 16)
		high := bytes.Scale(1.0 / 16).Floor()
		bytes = tensor.Concat(2, bytes.Sub(high.Scale(16)), high).AddScalar(-8)
	}
	w := bytes.Reshape(q.Out, chunks*device.QuantizedChunk).Slice(1, 0, q.In).Cast(t)
	groups := q.Scale.Dim(1)
	scale := q.Scale.Cast(t).Unsqueeze(-1).Expand(q.Out, groups, q.Format.Group).Reshape(q.Out, groups*q.Format.Group)
	return w.Mul(scale.Slice(1, 0, q.In))
}

// signedBytes returns bytes 0 to 255 as the signed ones of the same bits.
func signedBytes(x *tensor.Tensor) *tensor.Tensor {
	return x.Sub(x.Scale(1.0 / 128).Floor().Scale(256))
}
