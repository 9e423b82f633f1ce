package op

import "github.com/jimu-ml/jimu/tensor"

// AdaptiveAvgPool returns means of windows chosen so that the spatial axes get the lengths of size.
//
//	x [n c h w], size (h′, w′) → y [n c h′ w′]
//	window i of n → m: from ⌊i·n/m⌋ to ⌈(i+1)·n/m⌉
//
// Windows differ in size and overlap where m does not divide n, as in PyTorch.
func AdaptiveAvgPool(x *tensor.Tensor, size ...int) *tensor.Tensor {
	checkFloat("AdaptiveAvgPool", x)
	if len(size) == 0 || len(size) != x.Rank()-2 {
		panic(tensor.Errorf("AdaptiveAvgPool", "%d lengths for the spatial axes of %v", len(size), x))
	}
	for k, m := range size {
		n := x.Dim(2 + k)
		if m < 1 || n < 1 {
			panic(tensor.Errorf("AdaptiveAvgPool", "no windows from length %d to %d in %v", n, m, x))
		}
		means := make([]float32, n*m)
		for i := range m {
			lo, hi := i*n/m, ((i+1)*n+m-1)/m
			for j := lo; j < hi; j++ {
				means[j*m+i] = 1 / float32(hi-lo)
			}
		}
		by := tensor.Of(means, n, m).To(x.Device()).Cast(x.DType())
		x = x.Transpose(2+k, -1).MatMul(by).Transpose(2+k, -1)
	}
	return x
}
