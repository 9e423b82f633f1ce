package picture

import (
	"math"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// An action is one of the changes that the policies choose from. It moves pixels only where its name says so.
type action string

const (
	identity     action = "Identity"
	shearX       action = "ShearX"
	shearY       action = "ShearY"
	translateX   action = "TranslateX"
	translateY   action = "TranslateY"
	rotate       action = "Rotate"
	brighten     action = "Brightness"
	saturate     action = "Color"
	contrast     action = "Contrast"
	sharpen      action = "Sharpness"
	posterize    action = "Posterize"
	solarize     action = "Solarize"
	autocontrast action = "AutoContrast"
	equalize     action = "Equalize"
	invert       action = "Invert"
)

// A strength says how strong an action is at the highest of some levels; at level 0 it does nothing.
type strength struct {
	action
	most   float64 // at the highest level; 0: the action has no strength
	signed bool    // as often the other way
}

// usual is the strengths of AutoAugment and RandAugment: shears as tangents, translations as shares of the side.
var usual = []strength{
	{identity, 0, false},
	{shearX, 0.3, true},
	{shearY, 0.3, true},
	{translateX, 150.0 / 331, true},
	{translateY, 150.0 / 331, true},
	{rotate, 30, true},
	{brighten, 0.9, true},
	{saturate, 0.9, true},
	{contrast, 0.9, true},
	{sharpen, 0.9, true},
	{posterize, 4, false},
	{solarize, 1, false},
	{autocontrast, 0, false},
	{equalize, 0, false},
	{invert, 0, false},
}

// wide is the strengths of TrivialAugment: translations in pixels.
var wide = []strength{
	{identity, 0, false},
	{shearX, 0.99, true},
	{shearY, 0.99, true},
	{translateX, 32, true},
	{translateY, 32, true},
	{rotate, 135, true},
	{brighten, 0.99, true},
	{saturate, 0.99, true},
	{contrast, 0.99, true},
	{sharpen, 0.99, true},
	{posterize, 6, false},
	{solarize, 1, false},
	{autocontrast, 0, false},
	{equalize, 0, false},
}

// at returns the magnitude of a strength at a level of levels: bits kept for posterize, a threshold for solarize.
func (s strength) at(level, levels int) float64 {
	share := float64(level) / float64(levels-1)
	switch s.action {
	case posterize:
		return math.RoundToEven(8 - s.most*share)
	case solarize:
		return 255 * (1 - share)
	}
	return s.most * share
}

// act changes e as an action of some magnitude says. Translations are in pixels.
func act(e *Example, a action, by float64, filter Filter, fill []int) {
	affine := Affine{Filter: filter, Fill: fill}
	switch a {
	case identity:
	case shearX, shearY:
		degrees := math.Atan(by) * 180 / math.Pi
		shear := Affinity{Scale: 1, ShearX: degrees}
		if a == shearY {
			shear = Affinity{Scale: 1, ShearY: degrees}
		}
		affine.Center = []float64{0, 0}
		affine.by(e, shear)
	case translateX:
		affine.by(e, Affinity{Scale: 1, DX: math.Trunc(by)})
	case translateY:
		affine.by(e, Affinity{Scale: 1, DY: math.Trunc(by)})
	case rotate:
		Rotation{Filter: filter, Fill: fill}.turn(e, by)
	default:
		e.recolor(a, by)
	}
}

func (e *Example) recolor(a action, by float64) {
	switch a {
	case brighten:
		e.brightness(1 + by)
	case saturate:
		e.saturation(1 + by)
	case contrast:
		e.contrast(1 + by)
	case sharpen:
		e.sharpness(1 + by)
	case posterize:
		e.posterize(int(by))
	case solarize:
		e.solarize(by)
	case autocontrast:
		e.autocontrast()
	case equalize:
		e.equalize()
	case invert:
		e.invert()
	}
}

// do applies a strength at a level; shares says that translations are shares of the side.
func (s strength) do(e *Example, r *rng.Source, level, levels int, shares bool, filter Filter, fill []int) {
	by := s.at(level, levels)
	if shares && s.action == translateX {
		by *= float64(e.Width)
	} else if shares && s.action == translateY {
		by *= float64(e.Height)
	}
	if s.signed && r.Float64() < 0.5 {
		by = -by
	}
	act(e, s.action, by, filter, fill)
}

// RandAugment applies N actions drawn from a list of 14, all with one strength.
//
//	identity, shear and translation along x and y, rotation, brightness, color, contrast, sharpness, posterize, solarize,
//	autocontrast, equalize
//
// The strengths at level Magnitude of Levels are torchvision's: at the highest a shear of 0.3, a translation by 0.45 of the side, 30
// degrees, factors of 0.1 or 1.9, 4 bits.
//
// Cubuk, Zoph, Shlens and Le, RandAugment: Practical Automated Data Augmentation with a Reduced Search Space, 2019
// (arXiv:1909.13719).
type RandAugment struct {
	N         int    // 2 if 0
	Magnitude int    // 0 to Levels − 1; 9 if 0
	Levels    int    // 31 if 0
	Filter    Filter // nearest if empty, or bilinear
	Fill      []int  // of each channel, 0 to 255; 0 if nil
}

// Apply changes e.
func (a RandAugment) Apply(e *Example, key rng.Key) {
	s, level, levels := key.Source(), or(a.Magnitude, 9), or(a.Levels, 31)
	if a.N < 0 || level < 0 || level >= levels {
		panic(tensor.Errorf("RandAugment", "%d actions at level %d of %d", a.N, level, levels))
	}
	for range or(a.N, 2) {
		usual[s.Intn(14)].do(e, s, level, levels, true, nearestUnless(a.Filter), a.Fill)
	}
}

// nearestUnless is the filter of the policies, whose published ones have nearest.
func nearestUnless(f Filter) Filter {
	if f == "" {
		return Nearest
	}
	return f
}

// TrivialAugmentWide applies one action drawn from the list of [RandAugment], with a random strength, up to a much higher one.
//
// Müller and Hutter, TrivialAugment: Tuning-free Yet State-of-the-Art Data Augmentation, 2021 (arXiv:2103.10158).
type TrivialAugmentWide struct {
	Levels int    // 31 if 0
	Filter Filter // nearest if empty, or bilinear
	Fill   []int  // of each channel, 0 to 255; 0 if nil
}

// Apply changes e.
func (a TrivialAugmentWide) Apply(e *Example, key rng.Key) {
	s, levels := key.Source(), or(a.Levels, 31)
	if levels < 2 {
		panic(tensor.Errorf("TrivialAugmentWide", "%d levels; want 2 or more", levels))
	}
	wide[s.Intn(len(wide))].do(e, s, s.Intn(levels), levels, false, nearestUnless(a.Filter), a.Fill)
}
