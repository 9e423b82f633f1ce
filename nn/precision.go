package nn

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// like returns x in the type of a parameter, in a pass of lower precision. In any other, types that differ are a mistake that
// the operation reports.
func (p *Pass) like(w, x *tensor.Tensor) *tensor.Tensor {
	if p.low == device.Float32 || w == nil || !x.DType().IsFloat() {
		return x
	}
	return x.Cast(w.DType())
}

// lower returns x in the precision of the pass.
func (p *Pass) lower(x *tensor.Tensor) *tensor.Tensor {
	if p.low == device.Float32 || x.DType() != device.Float32 {
		return x
	}
	return x.Cast(p.low)
}
