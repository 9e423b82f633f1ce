package picture

import (
	"fmt"
	"math"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

var _ = register(sample{
	name: "Crop", t: Crop{Top: 4, Left: 9, Height: 30, Width: 33}, moves: true,
	core: func(e *Example, c *check.Case) {
		at := list[int](c, "at")
		Crop{Top: at[0], Left: at[1], Height: at[2], Width: at[3]}.Apply(e, 0)
	},
	wrong: map[string]Transform{"a crop of 0 × 5": Crop{Width: 5}, `no pad mode "no"`: Crop{Top: -1, Height: 5, Width: 5, Mode: "no"}, "a fill of [1 2]": Crop{Top: -1, Height: 5, Width: 5, Fill: []int{1, 2}}, "a fill of [256]": Crop{Top: -1, Height: 5, Width: 5, Fill: []int{256}}},
})

var _ = register(sample{
	name: "CenterCrop", t: CenterCrop{31, 30}, moves: true,
	core: func(e *Example, c *check.Case) {
		at := list[int](c, "at")
		CenterCrop{at[0], at[1]}.Apply(e, 0)
	},
})

var _ = register(sample{
	name: "RandomCrop", t: RandomCrop{Pad: 4}, moves: true, random: true,
	wrong: map[string]Transform{"41 × 52 out of 40 × 52 padded by 0": RandomCrop{Height: 41}},
})

var _ = register(sample{
	name: "RandomResizedCrop", t: RandomResizedCrop{Scale: []float64{0.5, 1}}, moves: true, random: true,
	wrong: map[string]Transform{"a range of [2 1]": RandomResizedCrop{Scale: []float64{2, 1}}, "a range of [0 1]": RandomResizedCrop{Ratio: []float64{0, 1}}},
})

var _ = register(sample{
	name: "Pad", t: Pad{Left: 3, All: 2}, moves: true,
	core: func(e *Example, c *check.Case) {
		by := list[int](c, "by")
		p := Pad{Left: by[0], Top: by[1], Right: by[2], Bottom: by[3], Mode: PadMode(word(c, "mode"))}
		if p.Mode == Constant {
			p.Fill = []int{7, 80, 250}
		}
		p.Apply(e, 0)
	},
	wrong: map[string]Transform{"want 0 or more": Pad{Left: -1}},
})

var _ = register(sample{
	name: "ZoomOut", t: ZoomOut{P: 1}, moves: true, random: true,
	wrong: map[string]Transform{"want 1 or more": ZoomOut{P: 1, Scale: []float64{0.5, 0.6}}},
})

var (
	_ = register(sample{name: "HorizontalFlip", t: HorizontalFlip{P: 1}, moves: true, core: func(e *Example, _ *check.Case) { HorizontalFlip{P: 1}.Apply(e, 0) }})
	_ = register(sample{name: "VerticalFlip", t: VerticalFlip{P: 1}, moves: true, core: func(e *Example, _ *check.Case) { VerticalFlip{P: 1}.Apply(e, 0) }})
)

var _ = register(sample{
	name: "Resize", t: Resize{Height: 60, Width: 47}, moves: true, off: 1,
	core: func(e *Example, c *check.Case) {
		size := list[int](c, "size")
		r := Resize{Height: size[0], Width: size[1]}
		if c.HasAttr("filter") {
			r.Filter = Filter(word(c, "filter"))
		}
		r.Apply(e, 0)
	},
	wrong: map[string]Transform{`no filter "no"`: Resize{Height: 1, Width: 1, Filter: "no"}, "cannot become -1 × 5": Resize{Height: -1, Width: 5}},
})

var (
	_ = register(sample{name: "RandomResize", t: RandomResize{Min: 30, Max: 70}, moves: true, random: true, wrong: map[string]Transform{"a side from 5 to below 5": RandomResize{Min: 5, Max: 5}}})
	_ = register(sample{name: "RandomShortestSize", t: RandomShortestSize{Sides: []int{30, 50, 70}, Max: 80}, moves: true, random: true, wrong: map[string]Transform{"no sides": RandomShortestSize{}}})
	_ = register(sample{name: "ScaleJitter", t: ScaleJitter{Height: 40, Width: 52, Scale: []float64{0.6, 2}}, moves: true, random: true})
)

// Pillow's cases are to the bit; of the table, which also has one of torchvision's, a byte may be off by one.
func TestResizeHasTheBitsOfPillow(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/pillow.golden"), "Resize/") {
		e, size := exampleOf(c), list[int](c, "size")
		Resize{Height: size[0], Width: size[1], Filter: Filter(word(c, "filter"))}.Apply(e, 0)
		compare(t, c, e, 0)
	}
}

func TestShorterSide(t *testing.T) {
	for _, c := range []struct {
		r    Resize
		want string
	}{{Resize{Height: 20}, "20 26"}, {Resize{Height: 80}, "80 104"}, {Resize{Height: 80, Max: 90}, "69 90"}} {
		e := scene(1)
		c.r.Apply(e, 0)
		if got := fmt.Sprint(e.Height, e.Width); got != c.want {
			t.Errorf("%+v: %s, want %s", c.r, got, c.want)
		}
	}
}

func TestCropsAreEverywhereAlike(t *testing.T) {
	const n = 4000
	for top := range 3 {
		for left := range 3 {
			got := share(n, func(k rng.Key) bool {
				e := &Example{Pix: make([]uint8, 16), Channels: 1, Height: 4, Width: 4, Points: []Point{{0, 0}}}
				RandomCrop{Pad: 1}.Apply(e, k)
				return e.Points[0] == Point{float64(1 - left), float64(1 - top)}
			})
			likely(t, fmt.Sprintf("crop at %d, %d", top, left), got, 1.0/9, n)
		}
	}
	flipped := share(n, func(k rng.Key) bool {
		e := &Example{Pix: []uint8{1, 2}, Channels: 1, Height: 1, Width: 2}
		HorizontalFlip{}.Apply(e, k)
		return e.Pix[0] == 2
	})
	likely(t, "flips", flipped, 0.5, n)
	flipped = share(n, func(k rng.Key) bool {
		e := &Example{Pix: []uint8{1, 2}, Channels: 1, Height: 2, Width: 1}
		VerticalFlip{P: 0.2}.Apply(e, k)
		return e.Pix[0] == 2
	})
	likely(t, "flips from top to bottom", flipped, 0.2, n)
}

// The area of the crops must be spread evenly over its range, and the logarithm of their proportions too.
func TestResizedCropsAreSpreadAsTheirRangesSay(t *testing.T) {
	const n = 2000
	c := RandomResizedCrop{Scale: []float64{0.1, 0.5}, Ratio: []float64{0.5, 2}}
	small := share(n, func(k rng.Key) bool {
		r := c.rectangle(300, 300, k.Source())
		return float64(r.Height*r.Width)/90000 < 0.3
	})
	likely(t, "crops below the middle area", small, 0.5, n)
	high := share(n, func(k rng.Key) bool {
		r := c.rectangle(300, 300, k.Source())
		return float64(r.Width)/float64(r.Height) < math.Pow(2, -0.5)
	})
	likely(t, "crops in the lowest quarter of proportions", high, 0.25, n)
	if r := (RandomResizedCrop{Scale: []float64{1, 1}}).rectangle(10, 100, rng.KeyOf(1).Source()); r.Top != 0 || r.Left != 43 || r.Height != 10 || r.Width != 13 {
		t.Errorf("a picture that no crop fits gives %+v", r)
	}
}

func TestFiveAndTenCropsEqualTorchvision(t *testing.T) {
	all := check.Golden(t, "testdata/transforms.golden")
	for name, crop := range map[string]func(*Example, int, int) []*Example{"FiveCrop": FiveCrop, "TenCrop": TenCrop} {
		c := all[name+"/odd"]
		want, got := bytesOf(c.Array("y")), []uint8{}
		for _, e := range crop(exampleOf(c), 6, 9) {
			got = append(got, e.Pix...)
		}
		if string(got) != string(want) {
			t.Errorf("%s differs", name)
		}
	}
	if err := tensor.Catch(func() { FiveCrop(scene(1), 41, 1) }); err == nil {
		t.Error("five crops larger than the picture are cut")
	}
}

func TestCropsOutsideThePictureAreFill(t *testing.T) {
	e := scene(3)
	Crop{Top: -50, Left: 3, Height: 4, Width: 5, Fill: []int{1, 2, 3}}.Apply(e, 0)
	for i, v := range e.Pix {
		if int(v) != 1+i/20 {
			t.Fatalf("byte %d is %d", i, v)
		}
	}
	if e.Boxes[0].Area() != 0 || e.Masks[0][0] != 0 {
		t.Errorf("boxes %v, mask %v", e.Boxes, e.Masks[0])
	}
}
