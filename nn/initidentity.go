package nn

import (
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Identity makes a weight that hands on what it gets: of a linear layer [out in] gain times the identity, of a convolution
// [out in size …] the same at the middle of the window, and 0 elsewhere. Of groups, each is the identity of its channels:
// in is that of one group. Units beyond the inputs are 0.
//
// Le, Jaitly and Hinton, A Simple Way to Initialize Recurrent Networks of Rectified Linear Units, 2015 (arXiv:1504.00941);
// for convolutions, Zagoruyko and Komodakis, DiracNets, 2017 (arXiv:1706.00388).
func Identity(gain float64, groups int) Init {
	return wanted(func(_ rng.Key, shape ...int) *tensor.Tensor {
		groups := max(groups, 1)
		if len(shape) < 2 || shape[0]%groups != 0 {
			panic(tensor.Errorf("Identity", "a parameter of shape %v is not [out in …] with out a multiple of %d groups", shape, groups))
		}
		window, middle := middleOf("Identity", shape[2:])
		in, each := shape[1], shape[0]/groups
		x := make([]float32, length(shape))
		for g := range groups {
			for i := range min(each, in) {
				x[((g*each+i)*in+i)*window+middle] = float32(gain)
			}
		}
		return fill(x, shape)
	})
}

// Sparse makes a weight [out in] in whose columns a share of the elements, rounded up, is 0; the others are normal of
// standard deviation std. Each unit then sees few inputs, and the sum does not grow with their number.
//
// Martens, Deep Learning via Hessian-Free Optimization, 2010, section 5.
func Sparse(share, std float64) Init {
	return wanted(func(key rng.Key, shape ...int) *tensor.Tensor {
		if len(shape) != 2 || !(share >= 0 && share <= 1) {
			panic(tensor.Errorf("Sparse", "a parameter of shape %v, a share of %v; want [out in] and 0 to 1", shape, share))
		}
		out, in := shape[0], shape[1]
		x := make([]float32, out*in)
		key.Child("values").Normal(x)
		for i := range x {
			x[i] *= float32(std)
		}
		zeros := zerosOf(share, out)
		for j := range in {
			for _, i := range key.Child("zeros").At(uint64(j)).Perm(out)[:zeros] {
				x[i*in+j] = 0
			}
		}
		return fill(x, shape)
	})
}

// zerosOf returns a share of n, rounded up.
func zerosOf(share float64, n int) int {
	zeros := int(share * float64(n))
	if float64(zeros) < share*float64(n) {
		zeros++
	}
	return zeros
}
