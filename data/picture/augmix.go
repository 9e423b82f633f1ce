package picture

import (
	"math"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// AugMix mixes the picture with some chains of random actions on it.
//
//	y = m·x + (1 − m)·Σᵢ wᵢ·chainᵢ(x)     m from Beta(α, α), w from Dirichlet(α, …, α)
//
// A chain is one to three actions of [RandAugment], at random levels below Severity of 10. Boxes, masks and points stay where they
// are: the chains move pixels by little, and each another way.
//
// Hendrycks and others, AugMix: A Simple Data Processing Method to Improve Robustness and Uncertainty, 2019 (arXiv:1912.02781),
// algorithm 1. The paper leaves out color, brightness, contrast and sharpness, which are in its test set; PaperOnly does too.
type AugMix struct {
	Severity  int     // 1 to 10; 3 if 0
	Width     int     // chains; 3 if 0
	Depth     int     // actions of a chain; 0: one to three
	Alpha     float64 // 1 if 0
	PaperOnly bool
	Fill      []int // of each channel, 0 to 255; 0 if nil
}

// mild is the strengths of AugMix: translations by a third of the side, and posterizing from 4 bits on.
var mild = []strength{
	{shearX, 0.3, true},
	{shearY, 0.3, true},
	{translateX, 1.0 / 3, true},
	{translateY, 1.0 / 3, true},
	{rotate, 30, true},
	{posterize, 4, false},
	{solarize, 1, false},
	{autocontrast, 0, false},
	{equalize, 0, false},
	{brighten, 0.9, true},
	{saturate, 0.9, true},
	{contrast, 0.9, true},
	{sharpen, 0.9, true},
}

// Apply changes e.
func (a AugMix) Apply(e *Example, key rng.Key) {
	s, severity, width, alpha := key.Source(), or(a.Severity, 3), or(a.Width, 3), or(a.Alpha, 1)
	if severity < 1 || severity > 10 || width < 0 || alpha < 0 {
		panic(tensor.Errorf("AugMix", "severity %d, width %d and alpha %v; want 1 to 10, and more than 0", severity, width, alpha))
	}
	actions := mild
	if a.PaperOnly {
		actions = mild[:9]
	}
	kept := beta(s, alpha)
	weights := dirichlet(s, alpha, width)
	sum := make([]float64, len(e.Pix))
	for i, v := range e.Pix {
		sum[i] = kept * float64(v)
	}
	for _, w := range weights {
		chain := &Example{Pix: append([]uint8(nil), e.Pix...), Channels: e.Channels, Height: e.Height, Width: e.Width}
		depth := a.Depth
		if depth <= 0 {
			depth = 1 + s.Intn(3)
		}
		for range depth {
			c, level := actions[s.Intn(len(actions))], s.Intn(severity)
			if c.action == posterize {
				act(chain, posterize, c.at(level, 10)-4, Bilinear, a.Fill)
				continue
			}
			c.do(chain, s, level, 10, true, Bilinear, a.Fill)
		}
		for i, v := range chain.Pix {
			sum[i] += float64((1 - kept) * w * float64(v))
		}
	}
	for i, v := range sum {
		e.Pix[i] = uint8(math.Round(min(max(v, 0), 255)))
	}
}

// gamma returns a number of the Gamma distribution of a shape and scale 1.
//
// Marsaglia and Tsang, A Simple Method for Generating Gamma Variables, 2000.
func gamma(s *rng.Source, shape float64) float64 {
	if shape < 1 {
		return gamma(s, shape+1) * math.Pow(1-s.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := s.Normal()
		v := 1 + float64(c*x)
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(1-s.Float64()) < x*x/2+d-float64(d*v)+float64(d*math.Log(v)) {
			return d * v
		}
	}
}

// beta returns a number of the distribution Beta(a, a), from 0 to 1.
func beta(s *rng.Source, a float64) float64 { return dirichlet(s, a, 2)[0] }

// dirichlet returns n shares of 1 of the distribution Dirichlet(a, …, a).
func dirichlet(s *rng.Source, a float64, n int) []float64 {
	w, sum := make([]float64, n), 0.0
	for i := range w {
		w[i] = gamma(s, a)
		sum += w[i]
	}
	for i := range w {
		if sum == 0 { // all too small for a float64: one has everything
			w[0] = 1
			break
		}
		w[i] /= sum
	}
	return w
}
