package op

import "github.com/jimu-ml/jimu/tensor"

// LeakyRelu returns x where it is positive, and slope · x elsewhere.
//
//	y = x where x > 0, else slope · x
//
// The gradient at 0 is slope · dy. The paper has slope 0.01.
//
// Maas, Hannun and Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models, 2013.
func LeakyRelu(x *tensor.Tensor, slope float64) *tensor.Tensor {
	checkFloat("LeakyRelu", x)
	leak := func(in []*tensor.Tensor) *tensor.Tensor {
		x, at := in[0], in[1]
		return tensor.Where(at.FullLike(0).Less(at), x, x.Scale(slope))
	}
	y := tensor.OnePass(leak, x, x)
	return tensor.Record(y, "LeakyRelu", func(dy, _ *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
		return []*tensor.Tensor{onePassGrad(leak, dy, x[0])}
	}, x)
}
