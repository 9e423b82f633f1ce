package objective

import "github.com/jimu-ml/jimu/tensor"

// VectorQuantizationLoss draws the codes of a VQ-VAE to what the encoder gives, and the encoder to its codes. Its count is the
// number of elements.
//
//	encoded [n …] z, code [n …] e, the nearest entries of the code book
//	sum = Σ (sg z − e)² + β Σ (z − sg e)²         sg: without gradient
//
// The decoder is given z.Add(e.Sub(z).Detach()), whose value is e and whose gradient goes to z. With a code book that is an
// average of what was encoded, detach the codes: then only the second term has a gradient. The mean is over the elements, as
// in the authors' code.
//
// It panics with a [tensor.Error] if the shapes differ.
//
// Van den Oord, Vinyals and Kavukcuoglu, Neural Discrete Representation Learning, 2017 (arXiv:1711.00937), equation 3.
type VectorQuantizationLoss struct {
	Commitment float64 // β; 0 means 0.25
}

// Loss returns the loss of a batch.
func (o VectorQuantizationLoss) Loss(encoded, code *tensor.Tensor) Loss {
	z, e := pair("VectorQuantization", encoded, code)
	sum := z.Detach().Sub(e).Square().Sum().Add(z.Sub(e.Detach()).Square().Sum().Scale(or(o.Commitment, 0.25)))
	return Loss{sum, float64(z.Len())}
}
