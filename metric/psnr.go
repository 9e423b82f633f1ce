package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// PSNR is the peak signal-to-noise ratio of pictures x and the targets' y, in decibels: 10·log₁₀(range² / mean((x − y)²)),
// infinite if they are equal.
//
//	x [n …], y of the same shape
//
// The mean is over all pictures together, unless PerImage asks for the mean of each picture's ratio.
type PSNR struct {
	Range    float64 // the highest value less the lowest; 0 means 1, and bytes have 255
	PerImage bool

	all, each mean
}

// Name returns "psnr".
func (p *PSNR) Name() string { return "psnr" }

// Add counts a batch.
func (p *PSNR) Add(prediction, target *tensor.Tensor) {
	if !p.PerImage {
		p.all.add("PSNR", prediction, target, squared)
		return
	}
	for x, y := range examples("PSNR", prediction, target) {
		var m mean
		for j, v := range x {
			m.one(squared(v, y[j]))
		}
		p.each.one(p.ratio(m.Value()))
	}
}

func (p *PSNR) ratio(mse float64) float64 {
	return 20*math.Log10(orElse(p.Range, 1)) - 10*math.Log10(mse)
}

// Value returns the ratio.
func (p *PSNR) Value() float64 {
	if p.PerImage {
		return p.each.Value()
	}
	return p.ratio(p.all.Value())
}

// Merge adds what another PSNR has counted.
func (p *PSNR) Merge(m Metric) {
	b := same[*PSNR]("PSNR.Merge", m)
	p.all.merge(b.all)
	p.each.merge(b.each)
}

// Reset forgets what was added.
func (p *PSNR) Reset() { p.all, p.each = mean{}, mean{} }
