package op

import "github.com/jimu-ml/jimu/tensor"

// GlobalAvgPool returns the mean over the spatial axes, which stay with length 1.
//
//	x [n c h w] → y [n c 1 1]
//
// Lin, Chen and Yan, Network In Network, 2013 (arXiv:1312.4400), section 3.2.
func GlobalAvgPool(x *tensor.Tensor) *tensor.Tensor {
	checkFloat("GlobalAvgPool", x)
	if x.Rank() < 3 {
		panic(tensor.Errorf("GlobalAvgPool", "shape %v is not [n c …] with spatial axes", x))
	}
	var axes []int
	for k := 2; k < x.Rank(); k++ {
		axes = append(axes, k)
	}
	return x.MeanKeep(axes...)
}
