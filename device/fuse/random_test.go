package fuse_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/device/fuse"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// A player makes the same calls on any device, from the same seed.
type player struct {
	r     *rand.Rand
	d     device.Device
	shape []int
	last  bool // outputs lie channels-last
	t     device.DType
	live  []*device.View // tensors of t
	masks []*device.View // booleans
	trace []string
}

func (p *player) alloc(t device.DType, shape ...int) *device.View {
	v := &device.View{DType: t}
	v.SetRowMajor(shape...)
	if p.last && len(shape) > 2 && len(shape) == len(p.shape) {
		like := device.View{Rank: len(shape)}
		like.SetRowMajor(shape...)
		for k := range shape {
			like.Stride[k] = len(shape) - k + 10
		}
		like.Stride[0], like.Stride[1] = 100, 1
		v.SetLike(&like, shape...)
	}
	v.Buffer = p.d.Alloc(t, v.Len())
	return v
}

func (p *player) run(op device.Op, a device.Attr, out *device.View, in ...*device.View) {
	p.trace = append(p.trace, fmt.Sprint(op, out.Dims()))
	if !p.d.Run(&device.Call{Op: op, Attr: a, Out: []*device.View{out}, In: in}) {
		panic(op.String() + " is refused")
	}
}

// fresh returns a tensor of normal numbers, with a few that are special.
func (p *player) fresh(shape ...int) *device.View {
	v := p.alloc(p.t, shape...)
	p.run(device.Random, device.Attr{Key: [2]uint64{p.r.Uint64(), 0}, Flag: true}, v)
	return v
}

func (p *player) any() *device.View { return p.live[p.r.IntN(len(p.live))] }

// operand returns a full tensor, or a row, a column or a number.
func (p *player) operand() *device.View {
	shape := append([]int{}, p.shape...)
	switch p.r.IntN(8) {
	case 0:
		for k := range len(shape) - 1 {
			shape[k] = 1
		}
	case 1:
		shape[len(shape)-1] = 1
	case 2:
		shape = nil
	default:
		return p.any()
	}
	return p.fresh(shape...)
}

var (
	unaries = []device.Op{
		device.Neg, device.Abs, device.Exp, device.Sqrt, device.Sin, device.Tanh, device.Erf, device.Floor, device.Relu,
		device.Sigmoid, device.Gelu, device.Silu, device.Softplus, device.Log,
	}
	binaries = []device.Op{
		device.Add, device.Sub, device.Mul, device.Div, device.Maximum, device.Minimum, device.ReluGrad, device.SigmoidGrad,
		device.TanhGrad, device.GeluGrad, device.SiluGrad, device.Add, device.Mul, device.Sub,
	}
	comparisons = []device.Op{device.Equal, device.Less, device.LessEqual}
)

func pick[T any](r *rand.Rand, x []T) T { return x[r.IntN(len(x))] }

// play makes one call, or gives a tensor back.
func (p *player) play() {
	switch y, n := p.alloc(p.t, p.shape...), p.r.IntN(20); {
	case n < 4:
		p.run(pick(p.r, unaries), device.Attr{Flag: p.r.IntN(2) == 0}, y, p.any())
		p.live = append(p.live, y)
	case n < 10:
		p.run(pick(p.r, binaries), device.Attr{Flag: p.r.IntN(2) == 0}, y, p.operand(), p.operand())
		p.live = append(p.live, y)
	case n == 10:
		p.run(device.AddScalar, device.Attr{Scalars: [8]float64{p.r.NormFloat64()}}, y, p.any())
		p.live = append(p.live, y)
	case n == 11:
		p.run(device.Pow, device.Attr{}, y, p.any(), p.constant())
		p.live = append(p.live, y)
	case n == 12:
		m := p.alloc(device.Bool, p.shape...)
		p.run(pick(p.r, comparisons), device.Attr{}, m, p.operand(), p.operand())
		p.masks = append(p.masks, m)
	case n == 13 && len(p.masks) > 0:
		p.run(device.Where, device.Attr{}, y, pick(p.r, p.masks), p.operand(), p.operand())
		p.live = append(p.live, y)
	case n == 14 && len(p.masks) > 0:
		p.run(device.Copy, device.Attr{}, y, pick(p.r, p.masks))
		p.live = append(p.live, y)
	case n == 15: // in place
		x := p.any()
		p.run(pick(p.r, unaries), device.Attr{}, x, x)
	case n == 16:
		p.run(device.Accumulate, device.Attr{Scalars: [8]float64{1}}, p.any(), y0(p, y))
	case n == 17: // a reduction, which reads it all
		s := p.alloc(p.t, ones(len(p.shape))...)
		p.run(device.Sum, device.Attr{}, s, p.any())
		p.run(device.Mul, device.Attr{}, y, p.any(), s)
		p.live = append(p.live, y)
	case n == 18: // a view of another shape
		x := *p.any()
		if !p.last {
			x.SetRowMajor(x.Len())
			z := p.alloc(p.t, x.Len())
			p.run(device.Add, device.Attr{}, z, &x, &x)
			z.SetRowMajor(p.shape...)
			p.live = append(p.live, z)
		}
	case len(p.live) > 4:
		i := p.r.IntN(len(p.live))
		if r, ok := p.d.(device.Recycler); ok {
			r.Free(p.live[i].Buffer)
		}
		p.live = append(p.live[:i], p.live[i+1:]...)
	}
}

func y0(p *player, y *device.View) *device.View {
	p.run(device.Mul, device.Attr{}, y, p.any(), p.constant())
	p.live = append(p.live, y)
	return y
}

func (p *player) constant() *device.View {
	c := p.alloc(p.t)
	p.run(device.Fill, device.Attr{Scalars: [8]float64{pick(p.r, []float64{2, -0.5, 0.5, 3, 1.7, 0})}}, c)
	return c
}

func ones(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = 1
	}
	return s
}

// result returns the bits of everything that is left.
func (p *player) result() [][]byte {
	var all [][]byte
	for _, v := range append(append([]*device.View{}, p.live...), p.masks...) {
		host := cpu.Of(make([]uint64, (v.Len()*v.DType.Bytes()+7)/8))
		to := *v
		to.Buffer = host
		p.d.Run(&device.Call{Op: device.Copy, Out: []*device.View{&to}, In: []*device.View{v}})
		all = append(all, host.Bytes()[:v.Len()*v.DType.Bytes()])
	}
	return all
}

func newPlayer(d device.Device, seed uint64, t device.DType) *player {
	r := rand.New(rand.NewPCG(seed, 0))
	shapes := [][]int{{5}, {1}, {70, 3}, {3, 300}, {2, 3, 4, 5}, {64, 1024}, {9000}, {2, 8, 33, 31}}
	return &player{r: r, d: d, t: t, shape: pick(r, shapes), last: r.IntN(2) == 0}
}

func perform(d device.Device, seed uint64, t device.DType, calls int) ([][]byte, []string) {
	p := newPlayer(d, seed, t)
	for range 3 {
		p.live = append(p.live, p.fresh(p.shape...))
	}
	for range calls {
		p.play()
	}
	return p.result(), p.trace
}

// compare compares bits, except those of NaNs, which are all one.
func compare(t device.DType, a, b []byte) bool {
	if bytes.Equal(a, b) || len(a) != len(b) {
		return len(a) == len(b)
	}
	if t == device.Float64 {
		x, y := device.Elements[float64](cpu.Of(a)), device.Elements[float64](cpu.Of(b))
		for i := range x {
			if math.Float64bits(x[i]) != math.Float64bits(y[i]) && (x[i] == x[i] || y[i] == y[i]) {
				return false
			}
		}
		return true
	}
	x, y := device.Elements[float32](cpu.Of(a)), device.Elements[float32](cpu.Of(b))
	for i := range x {
		if math.Float32bits(x[i]) != math.Float32bits(y[i]) && (x[i] == x[i] || y[i] == y[i]) {
			return false
		}
	}
	return true
}

// TestRandom checks that random calls have the bits that they have without fusing, with any instructions and on any
// number of processors.
func TestRandom(t *testing.T) {
	defer parallel.SetThreads(0)
	seeds := 60
	if testing.Short() || slow {
		seeds = 15
	}
	for _, set := range kernel.Sets() {
		restore := kernel.Use(set)
		for seed := range uint64(seeds) {
			for _, dt := range []device.DType{device.Float32, device.Float64} {
				parallel.SetThreads(1 + int(seed)%3)
				want, _ := perform(cpu.Device, seed, dt, 60)
				got, trace := perform(fuse.New(cpu.Device), seed, dt, 60)
				for i := range want {
					if !compare(dt, got[i], want[i]) {
						t.Fatalf("%s, seed %d, %s: result %d has other bits after %v", set, seed, dt, i, trace)
					}
				}
			}
		}
		restore()
	}
}

// refusing is a device without some operations.
type refusing struct {
	device.Device
	ops map[device.Op]bool
}

func (d refusing) Run(c *device.Call) bool { return !d.ops[c.Op] && d.Device.Run(c) }

// TestRefusing checks that a device without programs gets the calls one by one.
func TestRefusing(t *testing.T) {
	d := fuse.New(refusing{cpu.Device, map[device.Op]bool{device.Fused: true}})
	want, _ := perform(cpu.Device, 5, device.Float32, 60)
	got, trace := perform(d, 5, device.Float32, 60)
	for i := range want {
		if !compare(device.Float32, got[i], want[i]) {
			t.Fatalf("result %d has other bits after %v", i, trace)
		}
	}
	d = fuse.New(refusing{cpu.Device, map[device.Op]bool{device.Gelu: true}})
	x := &device.View{Buffer: d.Alloc(device.Float32, 8)}
	x.SetRowMajor(8)
	for range 3 {
		if d.Run(&device.Call{Op: device.Gelu, Out: []*device.View{x}, In: []*device.View{x}}) {
			t.Error("what the device refuses is not refused")
		}
	}
}

// TestGoroutines checks that several goroutines can use one device, each with its own tensors, while another waits for
// all of them.
func TestGoroutines(t *testing.T) {
	d := fuse.New(cpu.Device)
	var wg sync.WaitGroup
	stop := make(chan bool)
	go func() {
		for {
			select {
			case <-stop:
				return
			default:
				_ = d.Sync()
			}
		}
	}()
	for g := range uint64(4) {
		wg.Go(func() {
			for seed := range uint64(10) {
				want, _ := perform(cpu.Device, 10*g+seed, device.Float32, 40)
				got, _ := perform(d, 10*g+seed, device.Float32, 40)
				for i := range want {
					if !compare(device.Float32, got[i], want[i]) {
						t.Errorf("goroutine %d, seed %d: result %d has other bits", g, seed, i)
						return
					}
				}
			}
		})
	}
	wg.Wait()
	close(stop)
}
