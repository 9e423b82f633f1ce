package op

import "github.com/jimu-ml/jimu/tensor"

// CDist returns the distances of all pairs of rows, in the p-norm.
//
//	x [… m d], w [… n d] → y [… m n]
//	y[i, j] = (Σₖ |x[i, k] − w[j, k]|ᵖ)^(1/p)
//
// The differences are taken one by one, [… m n d] of them: near rows keep their precision, where PyTorch's way by a matrix
// product loses it. The gradient at distance 0 is 0. p is as in [tensor.Tensor.NormP].
func CDist(x, w *tensor.Tensor, p float64) *tensor.Tensor {
	checkFloat("CDist", x)
	if x.Rank() < 2 || w.Rank() < 2 || x.Dim(-1) != w.Dim(-1) {
		panic(tensor.Errorf("CDist", "shapes %v and %v are not [… m d] and [… n d]", x, w))
	}
	return x.Unsqueeze(-2).Sub(w.Unsqueeze(-3)).NormP(p, -1)
}
