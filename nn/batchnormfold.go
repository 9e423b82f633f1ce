package nn

// FoldBatchNorm returns one convolution that does in evaluation what c and the norm behind it do: an affine map of each
// channel of the output can be done to the weight once, instead of to every image.
//
//	s = gain / √(variance + ε)    weight ← s · weight    bias ← s · (bias − mean) + shift
//
// The averages are read now: what the norm learns later does not reach the result.
func FoldBatchNorm(c *Conv2d, norm *BatchNorm) *Conv2d {
	s := norm.RunningVariance.Value.AddScalar(norm.Eps).PowScalar(-0.5).Mul(norm.Gain.Value) // [out]
	shift := norm.RunningMean.Value
	if c.Bias.Value != nil {
		shift = shift.Sub(c.Bias.Value)
	}
	w := c.Weight.Value
	each := make([]int, w.Rank()) // [out 1 …]
	for i := range each {
		each[i] = 1
	}
	each[0] = w.Dim(0)
	f := &Conv2d{Config: c.Config}
	f.Weight.Value = w.Mul(s.Reshape(each...))
	f.Bias.Value = norm.Bias.Value.Sub(shift.Mul(s))
	return f
}
