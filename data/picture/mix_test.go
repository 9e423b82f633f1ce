package picture

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

var _ = register(sample{
	name: "AugMix", t: AugMix{}, random: true,
	wrong: map[string]Transform{"severity 11": AugMix{Severity: 11}},
})
var _ = register(sample{name: "AugMix/paper", t: AugMix{Severity: 5, Depth: 2, PaperOnly: true}, random: true})

var _ = register(sample{name: "IoUCrop", t: IoUCrop{}, random: true, moves: true})

var _ = register(sample{
	name: "Mosaic", t: Mosaic{From: func(k rng.Key) *Example {
		e := scene(3)
		RandomCrop{Pad: 3}.Apply(e, k)
		return e
	}, Height: 60, Width: 70}, random: true, moves: true,
	colored: true,
	input: func() *Example {
		e := scene(3) // the mask would show four discs
		e.Masks = nil
		return e
	},
	wrong: map[string]Transform{"From is nil": Mosaic{}, "a picture of 1 channels with one of 3": Mosaic{From: func(rng.Key) *Example { return scene(1) }}},
})

func TestMixingEqualsTorchvision(t *testing.T) {
	all := check.Golden(t, "testdata/transforms.golden")
	for _, name := range []string{"MixUp", "CutMix"} {
		c := all[name+"/four"]
		b := data.Batch{X: tensor.Of(c.Float32("x"), c.Shape("x")...), Y: tensor.Of(c.Int64("labels"), 4), Index: []int{0, 1, 2, 3}}
		if name == "MixUp" {
			b = MixUp{}.by(b, 3, number(c, "share"))
		} else {
			at := list[int](c, "box")
			b = CutMix{}.cut(b, 3, [4]int(at))
		}
		off := 0.0
		for what, got := range map[string]*tensor.Tensor{"y": b.X, "probabilities": b.Y} {
			if want := c.Array(what); !slices.Equal(got.Shape(), want.Shape) {
				t.Errorf("%s: %s has shape %v, want %v", name, what, got.Shape(), want.Shape)
			}
			off = max(off, check.Off(tensor.Values[float32](got), c.Float32(what)))
		}
		if off > 1e-7 {
			t.Errorf("%s is off by %g", name, off)
		}
		check.Note{Package: "picture", Entry: name, Reference: c.MadeBy, Error: off}.Write(t)
	}
}

// batch is n pictures of one value each, which is their class too.
func batch(n int) data.Batch {
	x, y, index := make([]float32, 16*n), make([]int64, n), make([]int, n)
	for i := range x {
		x[i] = float32(i / 16)
	}
	for i := range y {
		y[i], index[i] = int64(i), i
	}
	return data.Batch{X: tensor.Of(x, n, 1, 4, 4), Y: tensor.Of(y, n), Index: index}
}

// With pictures of one value, the mean of a mixed picture is the mean of its classes, whatever was drawn.
func TestTargetsAreMixedAsThePicturesAre(t *testing.T) {
	for name, m := range map[string]Mixer{"MixUp": MixUp{}, "CutMix": CutMix{}, "seldom": MixUp{P: 0.3}, "seldom cut": CutMix{P: 0.3}} {
		changed := 0
		for k := range rng.Key(100) {
			b := m.Apply(batch(3), 3, k)
			x, y := tensor.Values[float32](b.X), tensor.Values[float32](b.Y)
			for i := range 3 {
				mean, sum, total := 0.0, 0.0, 0.0
				for _, v := range x[16*i : 16*i+16] {
					mean += float64(v) / 16
				}
				for c, p := range y[3*i : 3*i+3] {
					sum, total = sum+float64(c)*float64(p), total+float64(p)
				}
				if math.Abs(mean-sum) > 1e-5 || math.Abs(total-1) > 1e-6 {
					t.Fatalf("%s, key %d, picture %d: mean %v, targets %v", name, k, i, mean, y[3*i:3*i+3])
				}
			}
			if y[0] != 1 {
				changed++
			}
			if again := m.Apply(batch(3), 3, k); fmt.Sprint(tensor.Values[float32](again.X)) != fmt.Sprint(x) {
				t.Errorf("%s: key %d gives two results", name, k)
			}
		}
		if changed < 15 || len(name) > 6 && changed > 50 {
			t.Errorf("%s: %d of 100 batches are mixed", name, changed)
		}
	}
	soft := MixUp{}.Apply(MixUp{}.Apply(batch(3), 3, 1), 3, 2)
	if !slices.Equal(soft.Y.Shape(), []int{3, 3}) {
		t.Errorf("mixed twice, the targets are %v", soft.Y.Shape())
	}
	for _, f := range []func(){
		func() { MixUp{}.Apply(batch(3), 2, 1) }, func() { MixUp{}.Apply(batch(3), 0, 1) },
		func() {
			CutMix{}.Apply(data.Batch{X: tensor.Of([]float32{1}, 1, 1), Y: tensor.Of([]int64{0}, 1)}, 1, 1)
		},
	} {
		if err := tensor.Catch(f); err == nil {
			t.Error("a batch that does not fit is mixed")
		}
	}
}

// Moments of the distributions: Beta(a, a) has mean 1/2 and variance 1/(4(2a + 1)), a gamma variable mean and variance a.
func TestBetaAndGamma(t *testing.T) {
	const n = 20000
	for _, a := range []float64{0.2, 1, 3.5} {
		s := rng.KeyOf(3).Source()
		var b1, b2, g1, g2 float64
		for range n {
			b, g := beta(s, a), gamma(s, a)
			b1, b2, g1, g2 = b1+b/n, b2+b*b/n, g1+g/n, g2+g*g/n
		}
		if v := b2 - b1*b1; math.Abs(b1-0.5) > 0.015 || math.Abs(v-1/(4*(2*a+1))) > 0.01 {
			t.Errorf("Beta(%v): mean %.3f, variance %.3f; want 0.5 and %.3f", a, b1, v, 1/(4*(2*a+1)))
		}
		if v := g2 - g1*g1; math.Abs(g1-a) > 0.05*a+0.01 || math.Abs(v-a) > 0.1*a+0.02 {
			t.Errorf("Gamma(%v): mean %.3f, variance %.3f", a, g1, v)
		}
	}
	sum := 0.0
	for _, w := range dirichlet(rng.KeyOf(1).Source(), 1e-9, 4) {
		sum += w
	}
	if math.Abs(sum-1) > 1e-12 {
		t.Errorf("shares add up to %v", sum)
	}
}

// A mix of chains that do nothing is the picture itself.
func TestAugMixKeepsTheMean(t *testing.T) {
	e := &Example{Pix: slices.Repeat([]uint8{90}, 3*64), Channels: 3, Height: 8, Width: 8}
	AugMix{Severity: 1, PaperOnly: true, Fill: []int{90}}.Apply(e, 4)
	for i, v := range e.Pix {
		if v != 90 && v != 165 { // Solarize at level 0 inverts nothing, posterize at level 0 keeps 4 bits
			if v > 90 || v < 80 {
				t.Fatalf("byte %d is %d", i, v)
			}
		}
	}
}

// What IoUCrop promises: the boxes that stay had their middle inside, and one overlapped as much as was asked for.
func TestIoUCropOverlaps(t *testing.T) {
	cut := 0
	for k := range rng.Key(200) {
		e := scene(3)
		e.Boxes = append(e.Boxes, Box{2, 2, 7, 9, 1}, Box{40, 30, 51, 39, 2})
		IoUCrop{Overlaps: []float64{0.3}}.Apply(e, k)
		if e.Height == 40 && e.Width == 52 {
			continue
		}
		cut++
		best := 0.0
		for _, b := range e.Boxes {
			whole := map[int64]Box{1: {2, 2, 7, 9, 1}, 2: {40, 30, 51, 39, 2}, 3: {18, 12, 30, 24, 3}}[b.Label]
			// The crop is as large as the picture now, and lies where the box was moved from.
			inside := b.Area()
			best = max(best, inside/(whole.Area()+float64(e.Height*e.Width)-inside))
			if b.Area() < whole.Area()/4-1e-9 {
				t.Errorf("key %d: box %v of %v, whose middle was inside", k, b, whole)
			}
		}
		if best < 0.3 {
			t.Errorf("key %d: the best overlap is %v", k, best)
		}
		if r := float64(e.Width) / float64(e.Height); r < 0.5 || r > 2 {
			t.Errorf("key %d: %d × %d", k, e.Height, e.Width)
		}
	}
	if cut == 0 {
		t.Error("nothing is cut")
	}
	e := scene(3)
	e.Boxes = nil
	IoUCrop{}.Apply(e, 1)
	if e.Height != 40 {
		t.Error("a picture without boxes is cut")
	}
}

// Four pictures of one value each show where each went.
func TestMosaicHasFourQuarters(t *testing.T) {
	of := func(v uint8) *Example {
		return &Example{
			Pix: slices.Repeat([]uint8{v}, 64), Channels: 1, Height: 8, Width: 8, Boxes: []Box{{0, 0, 8, 8, int64(v)}},
			Points: []Point{{4, 4}}, Masks: [][]uint8{slices.Repeat([]uint8{v}, 64)}, Label: int64(v),
		}
	}
	for k := range rng.Key(20) {
		next := uint8(1)
		e := of(1)
		Mosaic{From: func(rng.Key) *Example { next++; return of(next) }, Height: 10, Width: 12}.Apply(e, k)
		if e.Height != 10 || e.Width != 12 || len(e.Boxes) != 4 || len(e.Points) != 4 || e.Label != 1 {
			t.Fatalf("%d × %d, %d boxes, %d points, label %d", e.Height, e.Width, len(e.Boxes), len(e.Points), e.Label)
		}
		for _, b := range e.Boxes {
			area := 0
			for i, v := range e.Pix {
				if int64(v) != b.Label {
					continue
				}
				area++
				x, y := float64(i%12), float64(i/12)
				if x < b.X0 || y < b.Y0 || x >= b.X1 || y >= b.Y1 || e.Masks[0][i] != v {
					t.Fatalf("key %d: pixel %v, %v of picture %d is outside its box %v", k, x, y, b.Label, b)
				}
			}
			if float64(area) != b.Area() {
				t.Errorf("key %d: picture %d covers %d pixels, its box %v", k, b.Label, area, b.Area())
			}
		}
	}
}

func TestAugmentedIsAPureFunctionOfTheKey(t *testing.T) {
	b := &data.Bytes{Data: make([]uint8, 10*3*36), Shape: []int{3, 6, 6}, Labels: []int64{0, 1, 2, 3, 4, 0, 1, 2, 3, 4}}
	for i := range b.Data {
		b.Data[i] = uint8(i * 7)
	}
	b.Normalize()
	plain := &Augmented{Bytes: b}
	one, err := plain.Batch([]int{3, 1}, 5)
	want, _ := b.Batch([]int{3, 1}, 5)
	if err != nil || fmt.Sprint(tensor.Values[float32](one.X), one.Y.Ints()) != fmt.Sprint(tensor.Values[float32](want.X), want.Y.Ints()) {
		t.Errorf("without a transform the batch differs: %v", err)
	}
	s := &Augmented{Bytes: b, Transform: Compose{RandomCrop{Pad: 2}, HorizontalFlip{}}}
	whole, _ := s.Batch([]int{0, 1, 2, 3}, 9)
	part, _ := s.Batch([]int{2, 3}, 9)
	x, y := tensor.Values[float32](whole.X), tensor.Values[float32](part.X)
	if !slices.Equal(x[2*108:], y) {
		t.Error("what happens to an example depends on its batch")
	}
	if other, _ := s.Batch([]int{2, 3}, 10); slices.Equal(y, tensor.Values[float32](other.X)) {
		t.Error("two epochs are alike")
	}
	s.Mixer, s.Classes = MixUp{}, 5
	if mixed, err := s.Batch([]int{2, 3}, 9); err != nil || !slices.Equal(mixed.Y.Shape(), []int{2, 5}) {
		t.Errorf("%v, %v", mixed.Y, err)
	}
	s = &Augmented{Bytes: b, Transform: ScaleJitter{Height: 6, Width: 6}}
	if _, err := s.Batch([]int{0, 1, 2, 3}, 9); err == nil {
		t.Error("pictures of different sizes make a batch")
	}
	if _, err := s.Batch([]int{10}, 9); err == nil {
		t.Error("an example that is not there is given")
	}
	if _, err := (&Augmented{Bytes: &data.Bytes{Shape: []int{3}}}).Batch([]int{0}, 9); err == nil {
		t.Error("examples that are no pictures are augmented")
	}
	if d := s.Draw(3); len(d.Pix) != 108 || &d.Pix[0] == &b.Data[0] {
		t.Error("a drawn example is no copy")
	}
}

// Pictures of 32 × 32 padded by 4, cropped, flipped and normalized, in batches of 128 on one processor.
func BenchmarkFlipAndCrop(b *testing.B) {
	set := &data.Bytes{Data: make([]uint8, 1024*3072), Shape: []int{3, 32, 32}, Labels: make([]int64, 1024)}
	set.Normalize()
	s := &Augmented{Bytes: set, Transform: Compose{RandomCrop{Pad: 4}, HorizontalFlip{}}}
	index := make([]int, 128)
	for i := range index {
		index[i] = 7 * i
	}
	for n := 0; b.Loop(); n++ {
		if _, err := s.Batch(index, rng.Key(n)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(128*float64(b.N)/b.Elapsed().Seconds(), "pictures/s")
}
