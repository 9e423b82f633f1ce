package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// VisualInformationFidelity is how much of the information in the targets' pictures y a viewer can get out of the predicted x, the
// mean over channels and pictures: 1 if they are equal, above 1 for more contrast.
//
//	x [n c h w], y of the same shape, at least 41 high and wide, of values from 0 to 255
//	Σ log(1 + g²·σy²/(σv² + σn²)) / Σ log(1 + σy²/σn²)
//
// Over places and four sizes, each half the one before, x is taken for g·y and noise of variance σv²; σn² is the noise of the eye.
//
// Sheikh and Bovik, Image information and visual quality, IEEE Transactions on Image Processing, 2006; in the domain of pixels.
type VisualInformationFidelity struct {
	Noise float64 // σn²; 0 means 2

	mean
}

// Name returns "vif".
func (v *VisualInformationFidelity) Name() string { return "vif" }

// Add counts a batch.
func (v *VisualInformationFidelity) Add(prediction, target *tensor.Tensor) {
	for x, y := range pictures("VisualInformationFidelity", prediction, target) {
		for c := range x {
			if x[c].h < 41 || x[c].w < 41 {
				panic(tensor.Errorf("VisualInformationFidelity", "a picture of %d×%d; want at least 41×41", x[c].h, x[c].w))
			}
			v.one(v.channel(x[c], y[c]))
		}
	}
}

func (v *VisualInformationFidelity) channel(x, y plane) float64 {
	got, all := 0., 0.
	for scale := range 4 {
		n := 1<<(4-scale) + 1
		k := gaussian(n, float64(n)/5)
		if scale > 0 {
			x, y = x.filtered(k).everySecond(), y.filtered(k).everySecond()
		}
		a, b := v.information(x, y, k)
		got, all = got+a, all+b
	}
	return got / all
}

// information returns what x and what y themselves tell of y at one size.
func (v *VisualInformationFidelity) information(x, y plane, k []float64) (got, all float64) {
	const eps = 1e-10
	noise := orElse(v.Noise, 2)
	mx, my := x.filtered(k), y.filtered(k)
	xx, yy, xy := x.times(x).filtered(k), y.times(y).filtered(k), x.times(y).filtered(k)
	for i, a := range mx.of {
		b := my.of[i]
		vx, vy, both := max(xx.of[i]-a*a, 0), max(yy.of[i]-b*b, 0), xy.of[i]-a*b
		g := both / (vy + eps)
		rest := vx - g*both
		if vy < eps {
			g, rest, vy = 0, vx, 0
		}
		if vx < eps {
			g, rest = 0, 0
		}
		if g < 0 {
			g, rest = 0, vx
		}
		got += math.Log(1 + g*g*vy/(max(rest, eps)+noise))
		all += math.Log(1 + vy/noise)
	}
	return got, all
}

// everySecond returns every second row and column.
func (p plane) everySecond() plane {
	q := plane{(p.h + 1) / 2, (p.w + 1) / 2, nil}
	for i := 0; i < p.h; i += 2 {
		for j := 0; j < p.w; j += 2 {
			q.of = append(q.of, p.of[i*p.w+j])
		}
	}
	return q
}

// Merge adds what another VisualInformationFidelity has counted.
func (v *VisualInformationFidelity) Merge(m Metric) {
	v.merge(same[*VisualInformationFidelity]("VisualInformationFidelity.Merge", m).mean)
}
