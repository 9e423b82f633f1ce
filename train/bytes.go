package train

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/tensor"
)

// bytesOf returns the elements of a tensor as bytes, row-major.
func bytesOf(t *tensor.Tensor) []byte {
	t = t.Detach().To(cpu.Device).Contiguous()
	v := t.View()
	n := t.DType().Bytes()
	return v.Buffer.(device.HostBuffer).Bytes()[v.Offset*n : (v.Offset+v.Len())*n]
}
