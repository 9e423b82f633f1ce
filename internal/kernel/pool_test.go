package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"
)

// The generator knows the fields of PoolRow and PoolTap by their place.
func TestPoolRowLayout(t *testing.T) {
	if unsafe.Sizeof(int(0)) != 8 {
		t.Skip("no assembly for this architecture")
	}
	var r PoolRow[float32]
	var tap PoolTap[float32]
	got := []uintptr{
		unsafe.Offsetof(r.Y), unsafe.Offsetof(r.X), unsafe.Offsetof(r.At), unsafe.Offsetof(r.Taps),
		unsafe.Offsetof(r.YStep), unsafe.Offsetof(r.XStep), unsafe.Offsetof(r.AtStep), unsafe.Offsetof(r.Positions), unsafe.Offsetof(r.Channels),
		unsafe.Offsetof(tap.X), unsafe.Offsetof(tap.At), unsafe.Offsetof(tap.Mark), unsafe.Offsetof(tap.Weight), unsafe.Sizeof(tap),
	}
	if want := []uintptr{0, 24, 48, 72, 96, 104, 112, 120, 128, 0, 8, 16, 20, 24}; !slices.Equal(got, want) {
		t.Errorf("the fields are at %v, not %v", got, want)
	}
}

// poolKernels are the kernels of pools, and whether they write At.
var poolKernels = []struct {
	name    string
	run     func(*PoolRow[float32])
	generic func(*PoolRow[float32])
	max     bool
}{
	{"MaxPool", MaxPool, maxPoolGeneric[float32], true},
	{"MaxPoolGrad", MaxPoolGrad, maxPoolGradGeneric[float32], false},
	{"MeanPool", MeanPool, meanPoolGeneric[float32], false},
}

// Every implementation of the pools gives the bits of the generic one, and touches nothing but its elements: all slices
// end where a page does.
func TestPools(t *testing.T) {
	const room = 2048
	y, x, at := edge[float32](t, room), edge[float32](t, room), edge[uint8](t, room)
	for _, k := range poolKernels {
		for _, set := range Sets() {
			t.Run(k.name+"/"+set, func(t *testing.T) {
				defer Use(set)()
				r := rand.New(rand.NewPCG(3, 4))
				for channels := 1; channels <= 70; channels++ {
					for range 4 {
						row := randomPoolRow(r, channels, k.max, y, x, at)
						want := *row
						want.Y, want.At = slices.Clone(row.Y), slices.Clone(row.At)
						k.generic(&want)
						k.run(row)
						if !slices.EqualFunc(row.Y, want.Y, sameBits) || !slices.Equal(row.At, want.At) {
							t.Fatalf("%d channels, %d positions, taps %v: got %v %v, want %v %v", channels, row.Positions, row.Taps, row.Y, row.At, want.Y, want.At)
						}
					}
				}
			})
		}
	}
}

func sameBits(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

// randomPoolRow returns a row of which all slices are the ends of these.
func randomPoolRow(r *rand.Rand, channels int, writes bool, y, x []float32, at []uint8) *PoolRow[float32] {
	p := &PoolRow[float32]{Channels: channels, Positions: 1 + r.IntN(4), YStep: channels + r.IntN(3), XStep: r.IntN(5), AtStep: r.IntN(4)}
	if writes {
		p.AtStep = channels + r.IntN(3)
	}
	seen, marks := 0, 0
	taps := r.IntN(6)
	if writes {
		taps++
	}
	for i := range taps {
		t := PoolTap[float32]{X: r.IntN(90), At: r.IntN(90), Mark: uint32(i * 9), Weight: r.Float32()}
		seen, marks = max(seen, t.X), max(marks, t.At)
		p.Taps = append(p.Taps, t)
	}
	last := p.Positions - 1
	p.Y = y[len(y)-(last*p.YStep+channels):]
	p.X = x[len(x)-(last*p.XStep+seen+channels):]
	n := last*p.AtStep + channels
	if !writes {
		n += marks
	}
	p.At = at[len(at)-n:]
	for i := range p.X {
		p.X[i] = ordinary(r)
		if r.IntN(20) == 0 {
			p.X[i] = wild(r)
		}
	}
	for i := range p.At {
		p.At[i] = uint8(r.IntN(6) * 9)
	}
	for i := range p.Y {
		p.Y[i] = -7
	}
	return p
}

func TestPoolRowIsChecked(t *testing.T) {
	for _, spoil := range []func(p *PoolRow[float32]){
		func(p *PoolRow[float32]) { p.Y = p.Y[1:] },
		func(p *PoolRow[float32]) { p.X = p.X[1:] },
		func(p *PoolRow[float32]) { p.At = p.At[1:] },
		func(p *PoolRow[float32]) { p.Taps[0].X = -1 },
	} {
		p := &PoolRow[float32]{
			Y: make([]float32, 32), X: make([]float32, 32), At: make([]uint8, 32), YStep: 16, XStep: 16, AtStep: 16,
			Positions: 2, Channels: 16, Taps: []PoolTap[float32]{{}},
		}
		spoil(p)
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("no panic for %+v", p)
				}
			}()
			MaxPool(p)
		}()
	}
}
