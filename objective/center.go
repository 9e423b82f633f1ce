package objective

import "github.com/jimu-ml/jimu/tensor"

// Center draws the features of a class to a center that is learned with them. Its count is the number of examples.
//
//	features [n d], centers [c d], target [n] of classes
//	sum = ½ Σᵢ ‖xᵢ − centers[yᵢ]‖²
//
// It goes with a cross-entropy, which keeps the centers apart: l.With(0.003, centers' loss). The centers are a parameter; the
// paper moves them by a rule of its own, about that of SGD at a rate of 0.5.
//
// It panics with a [tensor.Error] if the shapes do not fit, and if a class has no center.
//
// Wen, Zhang, Li and Qiao, A Discriminative Feature Learning Approach for Deep Face Recognition, 2016, equation 2.
func Center(features, centers, target *tensor.Tensor) Loss {
	x, y := embedded("Center", features, target)
	if !centers.DType().IsFloat() || centers.Rank() != 2 || centers.Dim(1) != x.Dim(1) {
		panic(tensor.Errorf("Center", "centers %s of shape %v for features of shape %v; want [c %d]", centers.DType(), centers, features, x.Dim(1)))
	}
	for _, k := range y {
		if k < 0 || k >= int64(centers.Dim(0)) {
			panic(tensor.Errorf("Center", "the class %d is not among the %d centers", k, centers.Dim(0)))
		}
	}
	own := centers.Cast(x.DType()).Take(0, tensor.Of(y, len(y)).To(x.Device()))
	return Loss{x.Sub(own).Square().Sum().Scale(0.5), float64(x.Dim(0))}
}
