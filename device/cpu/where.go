package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
)

// where chooses between elements, whatever they mean: only their size matters.
func where(c *device.Call) bool {
	y, cond, a, b := c.Out[0], c.In[0], c.In[1], c.In[2]
	if cond.DType != device.Bool || a.DType != b.DType || y.DType != a.DType {
		return false
	}
	var l loop
	l.plan(y, cond, a, b)
	switch y.DType.Bytes() {
	case 1:
		run3(&l, kernel.Where[uint8])
	case 2:
		l.bits()
		run3(&l, kernel.Where[uint16])
	case 4:
		run3(&l, kernel.Where[uint32])
	case 8:
		run3(&l, kernel.Where[uint64])
	}
	return true
}
