package tensor

// Diff returns the differences of neighbours along an axis, taken n times.
//
//	x [… m …] → y [… m−n …]
//	y[i] = x[i+1] − x[i]
func (x *Tensor) Diff(axis, n int) *Tensor {
	axis = x.axis("Diff", axis)
	if n < 0 || n > x.Dim(axis) {
		panic(Errorf("Diff", "no differences of order %d along axis %d of shape %v", n, axis, x))
	}
	for range n {
		x = x.Slice(axis, 1, x.Dim(axis)).Sub(x.Slice(axis, 0, x.Dim(axis)-1))
	}
	return x
}

// Trapezoid returns the integral along an axis, which disappears, by straight lines between points that lie dx apart.
//
//	y = dx · Σ (x[i] + x[i+1]) / 2
func (x *Tensor) Trapezoid(axis int, dx float64) *Tensor {
	axis = x.axis("Trapezoid", axis)
	n := x.Dim(axis)
	if n == 0 {
		return x.Sum(axis)
	}
	return x.Slice(axis, 1, n).Add(x.Slice(axis, 0, n-1)).Sum(axis).Scale(dx / 2)
}

// NaNSum returns the sum over the axes, which disappear, of the elements that are numbers; over all axes, if none is given. The gradient of
// the others is 0.
func (x *Tensor) NaNSum(axes ...int) *Tensor {
	return Where(x.IsNaN(), x.like(0), x).Sum(axes...)
}

// NaNMean returns the mean over the axes, which disappear, of the elements that are numbers; over all axes, if none is given. The gradient of
// the others is 0. Where there is no number it is NaN.
func (x *Tensor) NaNMean(axes ...int) *Tensor {
	return x.NaNSum(axes...).Div(x.IsNaN().Not().Cast(x.view.DType).Sum(axes...))
}

// Cov returns the covariances of variables, one a row, over their observations, one a column. It divides by n − correction: 1 is what
// NumPy and PyTorch do, 0 is the mean.
//
//	x [… d n] → y [… d d]
//	y = (x − μ)(x − μ)ᵀ / (n − correction)
func (x *Tensor) Cov(correction int) *Tensor {
	_, n := x.matrix("Cov")
	if n <= correction {
		panic(Errorf("Cov", "%d observations in shape %v, less %d", n, x, correction))
	}
	c := x.Sub(x.MeanKeep(-1))
	return c.MatMul(c.T()).Scale(1 / float64(n-correction))
}

// CorrCoef returns the correlations, after Pearson, of variables, one a row.
//
//	x [… d n] → y [… d d]
//	y[i, j] = cov[i, j] / √(cov[i, i] cov[j, j])
//
// That with a constant is NaN.
func (x *Tensor) CorrCoef() *Tensor {
	c := x.Cov(0)
	r := c.Diagonal(0).Rsqrt()
	return c.Mul(r.Unsqueeze(-1)).Mul(r.Unsqueeze(-2))
}
