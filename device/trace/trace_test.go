package trace_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/device/devicetest"
	"github.com/jimu-ml/jimu/device/trace"
)

// slow is set where the race detector is on: what it would find, it finds in the tests of the cpu.
var slow bool

func TestDevice(t *testing.T) {
	if slow {
		t.Skip("the suite is slow under the race detector")
	}
	devicetest.Run(t, trace.New(cpu.Device, trace.Config{Wait: true, Events: 10}))
}

func vector(data ...float32) *device.View {
	v := &device.View{Buffer: cpu.Of(data)}
	v.SetRowMajor(len(data))
	return v
}

func TestNonFinite(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, c := range []struct {
		op    device.Op
		x     []float32
		blame bool
	}{
		{device.Log, []float32{1, 2}, false},
		{device.Log, []float32{1, 0}, true},
		{device.Log, []float32{1, -1}, true},
		{device.Exp, []float32{inf, 1}, false},
		{device.Cos, []float32{inf, 1}, true},
		{device.Cos, []float32{nan, 1}, false},
	} {
		d := trace.New(cpu.Device, trace.Config{NonFinite: true})
		for range 2 {
			d.Run(&device.Call{Op: c.op, Out: []*device.View{vector(0, 0)}, In: []*device.View{vector(c.x...)}})
		}
		err := d.Sync()
		if (err != nil) != c.blame {
			t.Errorf("%s of %v: %v", c.op, c.x, err)
		}
		var e *trace.NonFiniteError
		if errors.As(err, &e) && (e.Op != c.op || e.Number != 0) {
			t.Errorf("%s of %v is reported as %+v", c.op, c.x, e)
		}
	}
}

func TestCosts(t *testing.T) {
	d := trace.New(cpu.Device, trace.Config{Events: 3})
	x, y := vector(1, 2, 3), vector(0, 0, 0)
	for range 5 {
		d.Run(&device.Call{Op: device.Add, Out: []*device.View{y}, In: []*device.View{x, x}})
	}
	costs := d.Costs()
	if len(costs) != 1 || costs[0].Op != device.Add || costs[0].Calls != 5 || costs[0].Bytes != 5*36 || costs[0].FLOPs != 15 {
		t.Errorf("costs are %+v", costs)
	}
	events := d.Events()
	if len(events) != 3 || events[0].Number != 2 || events[2].Number != 4 {
		t.Errorf("events are %+v", events)
	}
	var b strings.Builder
	if err := d.Print(&b); err != nil || !strings.Contains(b.String(), "Add") {
		t.Errorf("%v: %s", err, b.String())
	}
}

// A linear layer and a rectifier, forward, back and updated: each call is told its layer, the gradient of the weight by the
// update.
func TestLayers(t *testing.T) {
	d := trace.New(cpu.Device, trace.Config{Events: 100})
	matrix := func() *device.View {
		v := vector(1, 2, 3, 4)
		v.SetRowMajor(2, 2)
		return v
	}
	x, w1, h1, r1, w2, h2, dh2, dw2, dr1, dh1, dw1 := matrix(), matrix(), matrix(), matrix(), matrix(), matrix(), matrix(), matrix(), matrix(), matrix(), matrix()
	d.Label(w1.Buffer, "body.fc1.weight")
	d.Label(w2.Buffer, "body.fc2.weight")
	call := func(op device.Op, out *device.View, in ...*device.View) {
		d.Run(&device.Call{Op: op, Out: []*device.View{out}, In: in, Attr: device.Attr{Scalars: [8]float64{0.1, 0, 0, 0, 1, 1}}})
	}
	for range 2 { // the second time, buffers are known under other roles
		d.Reset()
		call(device.MatMul, h1, x, w1)
		call(device.Relu, r1, h1)
		call(device.MatMul, h2, r1, w2)
		call(device.Exp, dh2, h2)
		call(device.MatMul, dr1, dh2, w2)
		call(device.MatMul, dw2, dh2, r1)
		call(device.ReluGrad, dh1, dr1, r1)
		call(device.MatMul, dw1, dh1, x)
		d.Run(&device.Call{Op: device.SGD, Out: []*device.View{w1, nil}, In: []*device.View{dw1}, Attr: device.Attr{Scalars: [8]float64{0.1, 0, 0, 0, 1, 1}}})
		d.Run(&device.Call{Op: device.SGD, Out: []*device.View{w2, nil}, In: []*device.View{dw2}, Attr: device.Attr{Scalars: [8]float64{0.1, 0, 0, 0, 1, 1}}})
		var got []string
		for _, e := range d.Events() {
			got = append(got, strings.TrimPrefix(e.Layer, "body."))
		}
		if want := "fc1 fc1 fc2 fc2 fc2 fc2 fc1 fc1 fc1 fc2"; strings.Join(got, " ") != want {
			t.Errorf("the layers are %v, want %s", got, want)
		}
	}
	if e := d.Events()[0]; len(e.Inputs) != 2 || len(e.Inputs[0]) != 2 || e.Start < 0 {
		t.Errorf("the first event is %+v", e)
	}
}
