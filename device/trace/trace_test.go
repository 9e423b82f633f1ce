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
