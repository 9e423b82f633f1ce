package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// SpectralAngle is the mean angle between the channels of pictures x and of the targets' y at each place, in radians.
//
//	x [n c h w], y of the same shape: arccos(x·y / (|x| |y|)) over c
type SpectralAngle struct{ mean }

// Name returns "spectral_angle".
func (s *SpectralAngle) Name() string { return "spectral_angle" }

// Add counts a batch.
func (s *SpectralAngle) Add(prediction, target *tensor.Tensor) {
	for x, y := range pictures("SpectralAngle", prediction, target) {
		for i := range x[0].of {
			xy, xx, yy := 0., 0., 0.
			for c := range x {
				a, b := x[c].of[i], y[c].of[i]
				xy, xx, yy = xy+a*b, xx+a*a, yy+b*b
			}
			s.one(math.Acos(max(-1, min(xy/(math.Sqrt(xx)*math.Sqrt(yy)), 1))))
		}
	}
}

// Merge adds what another SpectralAngle has counted.
func (s *SpectralAngle) Merge(m Metric) { s.merge(same[*SpectralAngle]("SpectralAngle.Merge", m).mean) }

// ERGAS is the mean relative global error of pictures x that were made finer, and the targets' y, 0 at best.
//
//	x [n c h w], y of the same shape
//	100/ratio · √(mean over c of (RMSE / mean of y)²)       ratio of the resolutions
//
// Wald, Quality of high resolution synthesised images, 2000.
type ERGAS struct {
	Ratio float64 // 0 means 4

	mean
}

// Name returns "ergas".
func (e *ERGAS) Name() string { return "ergas" }

// Add counts a batch.
func (e *ERGAS) Add(prediction, target *tensor.Tensor) {
	for x, y := range pictures("ERGAS", prediction, target) {
		sum := 0.
		for c := range x {
			var off mean
			for i, v := range x[c].of {
				off.one(squared(v, y[c].of[i]))
			}
			m := average(y[c].of)
			sum += off.Value() / (m * m)
		}
		e.one(100 / orElse(e.Ratio, 4) * math.Sqrt(sum/float64(len(x))))
	}
}

// Merge adds what another ERGAS has counted.
func (e *ERGAS) Merge(m Metric) { e.merge(same[*ERGAS]("ERGAS.Merge", m).mean) }

// TotalVariation is how rough pictures are: the sum of the differences of neighbours in rows and columns, the mean over the
// pictures. The second tensor is not looked at and may be nil.
//
//	x [n c h w]
type TotalVariation struct{ mean }

// Name returns "total_variation".
func (v *TotalVariation) Name() string { return "total_variation" }

// Add counts a batch.
func (v *TotalVariation) Add(prediction, _ *tensor.Tensor) {
	for x := range pictures("TotalVariation", prediction, prediction) {
		sum := 0.
		for _, p := range x {
			for i, a := range p.of {
				if i%p.w > 0 {
					sum += math.Abs(a - p.of[i-1])
				}
				if i >= p.w {
					sum += math.Abs(a - p.of[i-p.w])
				}
			}
		}
		v.one(sum)
	}
}

// Merge adds what another TotalVariation has counted.
func (v *TotalVariation) Merge(m Metric) {
	v.merge(same[*TotalVariation]("TotalVariation.Merge", m).mean)
}
