package op

import "github.com/jimu-ml/jimu/tensor"

// Crop takes elements off before and behind, along each axis: the inverse of [Pad].
//
//	x [… before+n+behind …] → y [… n …]
//
// Give a pair for each axis, [before, behind]. It panics with a [tensor.Error] if there are more or fewer, one is negative, or nothing
// is left.
func Crop(x *tensor.Tensor, pads ...[2]int) *tensor.Tensor {
	if len(pads) != x.Rank() {
		panic(tensor.Errorf("Crop", "%d pairs for shape %v", len(pads), x))
	}
	for k, p := range pads {
		if p[0] < 0 || p[1] < 0 || p[0]+p[1] >= max(1, x.Dim(k)) {
			panic(tensor.Errorf("Crop", "%v for axis %d of shape %v leaves nothing", p[:], k, x))
		}
	}
	return crop(x, pads)
}
