package op

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// Pad puts elements of a value before and behind those of x, along each axis.
//
//	x [… n …] → y [… before+n+behind …]
//
// Give a pair for each axis, [before, behind]. It panics with a [tensor.Error] if there are more or fewer, or one is
// negative.
func Pad(x *tensor.Tensor, value float64, pads ...[2]int) *tensor.Tensor {
	if len(pads) != x.Rank() {
		panic(tensor.Errorf("Pad", "%d pairs for shape %v", len(pads), x))
	}
	shape := slices.Clone(x.Shape())
	for k, p := range pads {
		if p[0] < 0 || p[1] < 0 {
			panic(tensor.Errorf("Pad", "%v for axis %d of shape %v is negative", p[:], k, x))
		}
		shape[k] += p[0] + p[1]
	}
	if slices.Equal(shape, x.Shape()) {
		return x
	}
	y := tensor.Output(x, shape).Fill(value)
	tensor.Run(device.Copy, nil, []*tensor.Tensor{crop(y, pads)}, x)
	pads = slices.Clone(pads)
	return tensor.Record(y, "Pad", func(dy, _ *tensor.Tensor, _ []*tensor.Tensor) []*tensor.Tensor {
		return []*tensor.Tensor{crop(dy, pads)}
	}, x)
}

// crop takes the pads off.
func crop(y *tensor.Tensor, pads [][2]int) *tensor.Tensor {
	for k, p := range pads {
		if p != [2]int{} {
			y = y.Slice(k, p[0], y.Dim(k)-p[1])
		}
	}
	return y
}
