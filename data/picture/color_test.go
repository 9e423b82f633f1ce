package picture

import (
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/rng"
)

var _ = register(sample{
	name: "ColorJitter", t: ColorJitter{Brightness: 0.4, Contrast: 0.4, Saturation: 0.4, Hue: 0.1}, random: true, off: 1,
	core: func(e *Example, c *check.Case) {
		f := number(c, "factor")
		switch word(c, "of") {
		case "brightness":
			e.brightness(f)
		case "contrast":
			e.contrast(f)
		case "saturation":
			e.saturation(f)
		case "hue":
			e.hue(f)
		}
	},
	wrong: map[string]Transform{"a hue of 0.6": ColorJitter{HueRange: []float64{0.6, 0.6}}, "factors of -1": ColorJitter{BrightnessRange: []float64{-1, -1}}},
})

var (
	_ = register(sample{name: "ColorJitter/range", t: ColorJitter{ContrastRange: []float64{1.5, 1.5}}})
	_ = register(sample{name: "PhotometricDistort", t: PhotometricDistort{}, random: true})
	_ = register(sample{name: "Grayscale", t: Grayscale{P: 1}, core: func(e *Example, _ *check.Case) { Grayscale{P: 1}.Apply(e, 0) }})
	_ = register(sample{name: "ChannelPermutation", t: ChannelPermutation{}, random: true})
	_ = register(sample{
		name: "Sharpness", t: Sharpness{Factor: 2, P: 1}, core: func(e *Example, c *check.Case) { e.sharpness(number(c, "factor")) },
		wrong: map[string]Transform{"a factor of -1": Sharpness{Factor: -1}},
	})
)

var (
	_ = register(sample{name: "AutoContrast", t: AutoContrast{P: 1}, core: func(e *Example, _ *check.Case) { AutoContrast{P: 1}.Apply(e, 0) }})
	_ = register(sample{name: "Equalize", t: Equalize{P: 1}, core: func(e *Example, _ *check.Case) { Equalize{P: 1}.Apply(e, 0) }})
	_ = register(sample{name: "Invert", t: Invert{P: 1}, core: func(e *Example, _ *check.Case) { Invert{P: 1}.Apply(e, 0) }})
	_ = register(sample{name: "Solarize", t: Solarize{P: 1}, core: func(e *Example, c *check.Case) { e.solarize(number(c, "threshold")) }})
	_ = register(sample{
		name: "Posterize", t: Posterize{Bits: 3, P: 1}, core: func(e *Example, c *check.Case) { e.posterize(int(number(c, "bits"))) },
		wrong: map[string]Transform{"9 bits of 8": Posterize{Bits: 9}},
	})
)

var _ = register(sample{
	name: "GaussianBlur", t: GaussianBlur{}, random: true, off: 1,
	core:  func(e *Example, c *check.Case) { e.blur(gaussian(int(number(c, "size")), number(c, "sigma"))) },
	wrong: map[string]Transform{"a filter of 4 pixels": GaussianBlur{Size: 4}},
})

var (
	_ = register(sample{name: "GaussianNoise", t: GaussianNoise{}, random: true, wrong: map[string]Transform{"a sigma of -1": GaussianNoise{Sigma: -1}}})
	_ = register(sample{name: "SaltAndPepper", t: SaltAndPepper{}, random: true, wrong: map[string]Transform{"a share of 2": SaltAndPepper{Share: 2}}})
	_ = register(sample{
		name: "Erasing", t: Erasing{P: 1}, random: true,
		core: func(e *Example, c *check.Case) {
			at := list[int](c, "at")
			e.erase(at[0], at[1], at[2], at[3], func(c int) uint8 { return fillOf("Erasing", []int{7, 80, 250}, c) })
		},
	})
)

var (
	_ = register(sample{name: "Erasing/random", t: Erasing{P: 1, Random: true}, random: true})
	_ = register(sample{name: "Cutout", t: Cutout{Size: 9, Holes: 2}, random: true})
)

// Saturation may be off by one where what is added up is a whole number but for the rounding of float32; hue goes through
// numbers of its own. All else has torchvision's integers.
func TestAdjustmentsAreExact(t *testing.T) {
	all := check.Golden(t, "testdata/transforms.golden")
	for _, name := range []string{"brightness", "contrast"} {
		for _, c := range check.Cases(t, all, "ColorJitter/"+name) {
			e := exampleOf(c)
			map[string]func(float64){"brightness": e.brightness, "contrast": e.contrast}[name](number(c, "factor"))
			compare(t, c, e, 0)
		}
	}
}

func TestNoiseHasItsMoments(t *testing.T) {
	gray := func() *Example {
		e := &Example{Pix: make([]uint8, 90000), Channels: 1, Height: 300, Width: 300}
		for i := range e.Pix {
			e.Pix[i] = 128
		}
		return e
	}
	e := gray()
	GaussianNoise{Mean: 0.1, Sigma: 0.05}.Apply(e, 5)
	var sum, square float64
	for _, v := range e.Pix {
		d := float64(v) - 128
		sum, square = sum+d, square+d*d
	}
	mean := sum / 90000
	if variance := square/90000 - mean*mean; mean < 25.2 || mean > 25.8 || variance < 155 || variance > 171 {
		t.Errorf("mean %v and variance %v; want 25.5 and 162.6", mean, variance)
	}
	e = gray()
	SaltAndPepper{Share: 0.2}.Apply(e, 5)
	var salt, pepper float64
	for _, v := range e.Pix {
		if v == 255 {
			salt++
		} else if v == 0 {
			pepper++
		}
	}
	likely(t, "salt", salt/90000, 0.1, 90000)
	likely(t, "pepper", pepper/90000, 0.1, 90000)
}

func TestErasedAreasAreSpreadAsTheirRangesSay(t *testing.T) {
	const n = 1000
	erased := func(k rng.Key, r Erasing) (black int) {
		e := &Example{Pix: make([]uint8, 4096), Channels: 1, Height: 64, Width: 64}
		for i := range e.Pix {
			e.Pix[i] = 1
		}
		r.Apply(e, k)
		for _, v := range e.Pix {
			if v == 0 {
				black++
			}
		}
		return black
	}
	likely(t, "erasing", share(n, func(k rng.Key) bool { return erased(k, Erasing{}) > 0 }), 0.5, n)
	small := share(n, func(k rng.Key) bool {
		return erased(k, Erasing{P: 1, Scale: []float64{0.1, 0.3}, Ratio: []float64{0.5, 2}}) < 820
	})
	likely(t, "areas below the middle", small, 0.5, n)
	if n := erased(9, Erasing{P: 1, Scale: []float64{2, 2}}); n != 0 {
		t.Errorf("a rectangle larger than the picture erases %d pixels", n)
	}
	e := &Example{Pix: make([]uint8, 64), Channels: 1, Height: 8, Width: 8}
	Cutout{Size: 100, Fill: []int{9}}.Apply(e, 1)
	if e.Pix[0] != 9 || e.Pix[63] != 9 {
		t.Error("a cutout larger than the picture does not paint all of it")
	}
}
