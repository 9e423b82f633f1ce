package op

import "github.com/jimu-ml/jimu/tensor"

// FractionalMaxPool returns the largest elements of windows of one size at uneven distances, which shrink the spatial axes by
// less than half.
//
//	x [n c h w], size (h′, w′), u (uₕ, u_w) in [0, 1) → y [n c h′ w′]
//	window i of an axis of length l begins at ⌊(i + u)·α⌋ − ⌊u·α⌋, the last at l − window     α = (l − window)/(l′ − 1)
//
// u moves the distances about; draw it anew for each batch. PyTorch draws it for each channel. The gradient of equals is
// shared. It panics with a [tensor.Error] if the windows do not fit.
//
// Graham, Fractional Max-Pooling, 2014 (arXiv:1412.6071), section 2.
func FractionalMaxPool(x *tensor.Tensor, window int, size []int, u []float64) *tensor.Tensor {
	checkFloat("FractionalMaxPool", x)
	if len(size) == 0 || len(size) != x.Rank()-2 || len(u) != len(size) {
		panic(tensor.Errorf("FractionalMaxPool", "%d lengths and %d numbers for the spatial axes of %v", len(size), len(u), x))
	}
	for k, m := range size {
		n := x.Dim(2 + k)
		if m < 1 || window < 1 || m+window-1 > n || !(0 <= u[k] && u[k] < 1) {
			panic(tensor.Errorf("FractionalMaxPool", "%d windows of %d at u = %g do not fit axis %d of %v", m, window, u[k], 2+k, x))
		}
		from, to := make([]int, m), make([]int, m)
		for i := range m {
			from[i] = n - window
			if i < m-1 {
				alpha := float64(n-window) / float64(m-1)
				from[i] = int((float64(i)+u[k])*alpha) - int(u[k]*alpha)
			}
			to[i] = from[i] + window
		}
		x = maxOfRanges(x, 2+k, from, to)
	}
	return x
}
