package cpu

import "github.com/jimu-ml/jimu/device"

// linear runs x [… in] · w [out in]ᵀ + b [out] → y [… out], and relu of it.
func linear(c *device.Call) bool {
	y, x, w, b := c.Out[0], c.In[0], c.In[1], optional(c.In, 2)
	if b != nil && computed(y, x, w, b) != computed(y, x, w) {
		return false
	}
	if y.DType == device.BFloat16 && x.DType == y.DType && w.DType == y.DType {
		return affineHalf(c)
	}
	switch computed(y, x, w) {
	case device.Float32:
		return affine(c, func(y, x, w matrix, ep epilogue) {
			var ready []float32
			if y.rows > 1 || w.colStride != 1 { // one row reads such a weight as it lies, at the speed of memory
				ready = readyWeights(c.In[1])
			}
			sgemmReady(y, x, w, ep, ready)
		})
	case device.Float64:
		return affine(c, dgemm)
	}
	return false
}

func affine[T float32 | float64](c *device.Call, multiply func(c, a, b matrixOf[T], ep epilogueOf[T])) bool {
	w, b := c.In[1], optional(c.In, 2)
	y, even := rowsOf[T](c.Out[0])
	x, evenX := rowsOf[T](c.In[0])
	flat := even && evenX && (w.RowMajor() || w.Stride[0] >= 0 && w.Stride[1] >= 0) && (b == nil || b.RowMajor())
	if !flat || inHalf(c) {
		return settled(c, false)
	}
	if y.rows > 0 {
		multiply(y, x, lastAxes[T](w).transposed(), epilogueOf[T]{bias: elements[T](b), relu: c.Flag})
	}
	return true
}

// affineHalf is linear of bfloat16; the bias may be of float32.
func affineHalf(c *device.Call) bool {
	w, b := c.In[1], optional(c.In, 2)
	y, even := rowsOf[uint16](c.Out[0])
	x, evenX := rowsOf[uint16](c.In[0])
	if !even || !evenX || w.Stride[0] < 0 || w.Stride[1] < 0 {
		return settled(c, false)
	}
	ep := epilogue{relu: c.Flag}
	if b != nil {
		t := settle(b, true)
		ep.bias = elements[float32](t)
		if t != b {
			defer release(t)
		}
	}
	if y.rows > 0 {
		bgemm(y, x, lastAxes[uint16](w).transposed(), ep)
	}
	return true
}

// rowsOf returns v as a matrix of the vectors along its last axis, in row-major order, if they are evenly spaced.
func rowsOf[T any](v *device.View) (m matrixOf[T], even bool) {
	last := v.Rank - 1
	m = matrixOf[T]{memory[T](v), 1, v.Shape[last], 0, v.Stride[last]}
	if v.Len() == 0 {
		for _, d := range v.Shape[:last] {
			m.rows *= d
		}
		return m, true
	}
	if m.cols == 1 {
		m.colStride = 1
	}
	for k := last - 1; k >= 0; k-- {
		if v.Shape[k] == 1 {
			continue
		}
		if m.rows == 1 {
			m.rowStride = v.Stride[k]
		} else if v.Stride[k] != m.rows*m.rowStride {
			return m, false
		}
		m.rows *= v.Shape[k]
	}
	if m.rowStride < 0 || m.colStride < 0 {
		return m, false
	}
	m.data = m.data[v.Offset:]
	return m, true
}
