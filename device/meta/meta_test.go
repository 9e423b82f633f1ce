package meta_test

import (
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/meta"
)

func TestCounts(t *testing.T) {
	d := meta.New()
	view := func(shape ...int) *device.View {
		v := &device.View{Buffer: d.Alloc(device.Float32, 0)}
		v.SetRowMajor(shape...)
		return v
	}
	d.Run(&device.Call{Op: device.MatMul, Out: []*device.View{view(2, 5)}, In: []*device.View{view(2, 3), view(3, 5)}})
	d.Run(&device.Call{Op: device.Linear, Out: []*device.View{view(2, 5)}, In: []*device.View{view(2, 3), view(5, 3), nil}})
	d.Run(&device.Call{Op: device.SGD, Out: []*device.View{view(4), nil}, In: []*device.View{view(4)}})
	if d.Calls() != 3 || d.FLOPs() != 2*60+4 || d.Bytes() != 2*4*(10+6+15)+4*8 {
		t.Errorf("%d calls, %d flops, %d bytes", d.Calls(), d.FLOPs(), d.Bytes())
	}
}
