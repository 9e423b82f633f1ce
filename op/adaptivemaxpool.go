package op

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// AdaptiveMaxPool returns the largest elements of windows chosen so that the spatial axes get the lengths of size.
//
//	x [n c h w], size (h′, w′) → y [n c h′ w′]
//	window i of n → m: from ⌊i·n/m⌋ to ⌈(i+1)·n/m⌉
//
// Windows differ in size and overlap where m does not divide n, as in PyTorch. The gradient of equals is shared. It panics
// with a [tensor.Error] if there is not one length for each spatial axis.
func AdaptiveMaxPool(x *tensor.Tensor, size ...int) *tensor.Tensor {
	checkFloat("AdaptiveMaxPool", x)
	if len(size) == 0 || len(size) != x.Rank()-2 {
		panic(tensor.Errorf("AdaptiveMaxPool", "%d lengths for the spatial axes of %v", len(size), x))
	}
	for k, m := range size {
		n := x.Dim(2 + k)
		if m < 1 || n < 1 {
			panic(tensor.Errorf("AdaptiveMaxPool", "no windows from length %d to %d in %v", n, m, x))
		}
		from, to := make([]int, m), make([]int, m)
		for i := range m {
			from[i], to[i] = i*n/m, ((i+1)*n+m-1)/m
		}
		x = maxOfRanges(x, 2+k, from, to)
	}
	return x
}

// maxOfRanges returns the largest element of each range along an axis. Short ranges repeat their last element, so that all are
// as long as the longest.
func maxOfRanges(x *tensor.Tensor, axis int, from, to []int) *tensor.Tensor {
	most := 0
	for i := range from {
		most = max(most, to[i]-from[i])
	}
	var at []int64
	for i := range from {
		for j := range most {
			at = append(at, int64(min(from[i]+j, to[i]-1)))
		}
	}
	return split(take(x, axis, at), axis, len(from), most).Max(axis + 1)
}

// take picks positions along an axis.
func take(x *tensor.Tensor, axis int, at []int64) *tensor.Tensor {
	return x.Take(axis, tensor.OutputOf(device.Int64, x, at, []int{len(at)}))
}

// GlobalMaxPool returns the largest element over the spatial axes, which stay with length 1.
//
//	x [n c h w] → y [n c 1 1]
//
// The gradient of equals is shared.
func GlobalMaxPool(x *tensor.Tensor) *tensor.Tensor {
	checkFloat("GlobalMaxPool", x)
	if x.Rank() < 3 {
		panic(tensor.Errorf("GlobalMaxPool", "shape %v is not [n c …] with spatial axes", x))
	}
	var axes []int
	for k := 2; k < x.Rank(); k++ {
		axes = append(axes, k)
	}
	return x.MaxKeep(axes...)
}
