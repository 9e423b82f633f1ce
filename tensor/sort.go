package tensor

// Sort returns the elements of each row along an axis in ascending order, or in descending, and where they stood, as int64.
// It is stable: equal elements keep their order. NaN counts as the largest. It is done on the host, by
// the digits of keys.
//
//	y[…, i, …] = x[…, index[…, i, …], …]
//
// The gradient goes to the elements where they stood.
func (x *Tensor) Sort(axis int, descending bool) (y, index *Tensor) {
	index = x.ArgSort(axis, descending)
	return x.TakeAlong(axis, index), index
}

// ArgSort returns the positions that [Tensor.Sort] gives, without the elements.
func (x *Tensor) ArgSort(axis int, descending bool) *Tensor {
	axis = x.axis("ArgSort", axis)
	last := x.Detach().Transpose(axis, -1)
	index := OutputBy(DTypeOf[int64](), x, last.Shape(), func(at []int64) { last.argSort(at, descending) })
	return index.Transpose(axis, -1)
}

// Quantile returns the number below which a part q of the elements along an axis lie, between its neighbours in proportion.
// The axis disappears. NaN if there is one. The elements are sorted on the host.
//
//	y = s[⌊p⌋] + (p − ⌊p⌋) · (s[⌈p⌉] − s[⌊p⌋]),  p = q · (n − 1),  s = x sorted
//
// It panics with an [Error] if q is outside [0, 1], or the axis is empty.
func (x *Tensor) Quantile(q float64, axis int) *Tensor {
	x.checkFloat("Quantile")
	axis = x.axis("Quantile", axis)
	n := x.Dim(axis)
	if !(0 <= q && q <= 1) || n == 0 {
		panic(Errorf("Quantile", "no quantile %v of axis %d of shape %v", q, axis, x))
	}
	s, _ := x.Sort(axis, false)
	p := q * float64(n-1)
	lo := int(p)
	y := s.Select(axis, lo)
	if w := p - float64(lo); w > 0 {
		y = y.Lerp(s.Select(axis, lo+1), w)
	}
	last := s.Select(axis, n-1)
	return Where(last.IsNaN(), last, y)
}

// Median returns the middle of the elements along an axis, the mean of the two middle ones if their number is even: NumPy's
// median; PyTorch's is the lower of the two. It is [Tensor.Quantile] of ½.
func (x *Tensor) Median(axis int) *Tensor { return x.Quantile(0.5, axis) }
