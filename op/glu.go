package op

import "github.com/jimu-ml/jimu/tensor"

// Glu halves an axis, and gates the first half by the second.
//
//	x [… 2d …] → y [… d …]
//	y = a · σ(b), x = [a b]
//
// It panics with a [tensor.Error] if the axis is of odd length.
//
// Dauphin, Fan, Auli and Grangier, Language Modeling with Gated Convolutional Networks, 2016 (arXiv:1612.08083), equation 1.
func Glu(x *tensor.Tensor, axis int) *tensor.Tensor { return gated("Glu", x, axis, Sigmoid) }

// Geglu is [Glu] with [Gelu] in place of the logistic function.
//
//	x [… 2d …] → y [… d …]
//	y = a · gelu(b), x = [a b]
//
// Shazeer, GLU Variants Improve Transformer, 2020 (arXiv:2002.05202), equation 5. There, and here, the gate is the factor with
// the activation; which half it is differs between published models.
func Geglu(x *tensor.Tensor, axis int) *tensor.Tensor { return gated("Geglu", x, axis, Gelu) }

// Reglu is [Glu] with [Relu] in place of the logistic function.
//
//	x [… 2d …] → y [… d …]
//	y = a · max(b, 0), x = [a b]
//
// Shazeer, GLU Variants Improve Transformer, 2020 (arXiv:2002.05202), equation 5.
func Reglu(x *tensor.Tensor, axis int) *tensor.Tensor { return gated("Reglu", x, axis, Relu) }

// Swiglu is [Glu] with [Silu] in place of the logistic function.
//
//	x [… 2d …] → y [… d …]
//	y = a · silu(b), x = [a b]
//
// Shazeer, GLU Variants Improve Transformer, 2020 (arXiv:2002.05202), equation 5, with β = 1.
func Swiglu(x *tensor.Tensor, axis int) *tensor.Tensor { return gated("Swiglu", x, axis, Silu) }

func gated(name string, x *tensor.Tensor, axis int, gate func(x *tensor.Tensor) *tensor.Tensor) *tensor.Tensor {
	checkFloat(name, x)
	axis = front(name, x, axis)
	n := x.Dim(axis)
	if n%2 != 0 {
		panic(tensor.Errorf(name, "axis %d of shape %v does not divide into halves", axis, x))
	}
	return x.Slice(axis, 0, n/2).Mul(gate(x.Slice(axis, n/2, n)))
}

// Maxout returns the largest of each group of neighbours along an axis.
//
//	x [… d·k …] → y [… d …]
//	yᵢ = max(x_{i·k}, …, x_{i·k+k−1})
//
// The gradient of equals is shared. It panics with a [tensor.Error] if k does not divide the axis.
//
// Goodfellow, Warde-Farley, Mirza, Courville and Bengio, Maxout Networks, 2013 (arXiv:1302.4389), section 3.
func Maxout(x *tensor.Tensor, k, axis int) *tensor.Tensor {
	checkFloat("Maxout", x)
	axis = front("Maxout", x, axis)
	if k < 1 || x.Dim(axis)%k != 0 {
		panic(tensor.Errorf("Maxout", "axis %d of shape %v does not divide into groups of %d", axis, x, k))
	}
	return split(x, axis, x.Dim(axis)/k, k).Max(axis + 1)
}

// split returns x with an axis of length a·b made two.
func split(x *tensor.Tensor, axis, a, b int) *tensor.Tensor {
	var shape []int
	for k, n := range x.Shape() {
		if k == axis {
			shape = append(shape, a, b)
			continue
		}
		shape = append(shape, n)
	}
	return x.Reshape(shape...)
}
