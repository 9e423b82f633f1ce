package fuse_test

import (
	"errors"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/device/fuse"
)

// given plays calls that begin with copies of inputs, and returns what the last of them made.
func (p *player) given(calls int, inputs ...*device.View) *device.View {
	for _, x := range inputs {
		y := p.alloc(p.t, p.shape...)
		p.run(device.Copy, device.Attr{}, y, x)
		p.live = append(p.live, y)
	}
	for range calls {
		p.play()
	}
	return p.live[len(p.live)-1]
}

func contents(v *device.View) []byte {
	return v.Buffer.(device.HostBuffer).Bytes()[:v.Len()*v.DType.Bytes()]
}

// TestPlanRandom checks that a plan of random calls, whose values share memory, has the bits of the calls, for inputs that
// are not those of the recording.
func TestPlanRandom(t *testing.T) {
	seeds := 80
	if testing.Short() || slow {
		seeds = 20
	}
	for seed := range uint64(seeds) {
		for _, dt := range []device.DType{device.Float32, device.Float64} {
			inputs := func(d device.Device, seed uint64) []*device.View {
				p := newPlayer(d, seed, dt)
				p.r = newPlayer(d, seed+1000, dt).r
				return []*device.View{p.fresh(p.shape...), p.fresh(p.shape...)}
			}
			examples := inputs(cpu.Device, seed)
			r := fuse.Record(cpu.Device)
			recorded := newPlayer(r, seed, dt)
			var on []*device.View
			for i, v := range examples {
				w := r.Input(i, v)
				on = append(on, &w)
			}
			result := recorded.given(50, on...)
			plan, err := r.Plan(result, fuse.PlanConfig{})
			if err != nil {
				t.Fatal(err)
			}
			others := inputs(cpu.Device, seed)
			cpu.Device.Run(&device.Call{Op: device.Exp, Out: others[:1], In: others[:1]})
			want := newPlayer(cpu.Device, seed, dt).given(50, others...)
			y := plan.Result()
			y.Buffer = cpu.Device.Alloc(y.DType, y.Len())
			for range 2 {
				if !plan.Run(&y, others...) {
					t.Fatal("refused")
				}
				if !compare(dt, contents(&y), contents(want)) {
					t.Fatalf("seed %d, %s: other bits after %v, planned as %v", seed, dt, recorded.trace, plan.Calls())
				}
			}
			if m := plan.Memory(); m.Arena > m.Unplanned+64*len(plan.Calls()) {
				t.Errorf("seed %d: %+v", seed, m)
			}
		}
	}
}

// TestPlanParameters checks that what depends on parameters alone is computed when they change, and not at each run.
func TestPlanParameters(t *testing.T) {
	x, w, y := filled(cpu.Device, 2, 4), filled(cpu.Device, 3, 4), filled(cpu.Device, 0, 4)
	r := fuse.Record(cpu.Device)
	in, parameter := r.Input(0, x), r.Parameter(w)
	square, product := *y, *y
	square.Buffer, product.Buffer = r.Alloc(device.Float32, 4), r.Alloc(device.Float32, 4)
	r.Run(&device.Call{Op: device.Mul, Out: []*device.View{&square}, In: []*device.View{&parameter, &parameter}})
	r.Run(&device.Call{Op: device.Mul, Out: []*device.View{&product}, In: []*device.View{&in, &square}})
	plan, err := r.Plan(&product, fuse.PlanConfig{})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(plan.Calls()); n != 1 {
		t.Errorf("a run makes %d calls, not 1", n)
	}
	check := func(want float32) {
		t.Helper()
		if plan.Run(y, x); device.Elements[float32](y.Buffer.(device.HostBuffer))[3] != want {
			t.Errorf("the result is not %v", want)
		}
	}
	check(18)
	cpu.Device.Run(&device.Call{Op: device.Fill, Attr: device.Attr{Scalars: [8]float64{5}}, Out: []*device.View{w}})
	check(18)
	if err := plan.Prepare(); err != nil {
		t.Fatal(err)
	}
	check(50)
}

// TestRecordingRead checks that reading constants is no harm, and reading what depends on an input is.
func TestRecordingRead(t *testing.T) {
	x := filled(cpu.Device, 2, 4)
	for _, varying := range []bool{false, true} {
		r := fuse.Record(cpu.Device)
		in := r.Input(0, x)
		y, host := filled(r, 1, 4), filled(cpu.Device, 0, 4)
		if varying {
			r.Run(&device.Call{Op: device.Neg, Out: []*device.View{y}, In: []*device.View{&in}})
		}
		r.Run(&device.Call{Op: device.Copy, Out: []*device.View{host}, In: []*device.View{y}})
		if _, err := r.Plan(&in, fuse.PlanConfig{}); errors.Is(err, fuse.ErrValue) != varying {
			t.Errorf("varying %v: %v", varying, err)
		}
	}
}
