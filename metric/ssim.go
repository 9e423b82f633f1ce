package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// SSIM is the mean structural similarity of pictures x and the targets' y, 1 if they are equal.
//
//	x [n c h w], y of the same shape
//	(2μxμy + c₁)(2σxy + c₂) / ((μx² + μy² + c₁)(σx² + σy² + c₂))       c₁ = (0.01·range)², c₂ = (0.03·range)²
//
// Means μ, variances σ² and the covariance σxy are weighted by a Gaussian window around each place where it lies within the
// picture, as in the paper. The value is the mean over places, channels and pictures.
//
// Wang, Bovik, Sheikh and Simoncelli, Image Quality Assessment, IEEE Transactions on Image Processing, 2004, equation 13.
type SSIM struct {
	Range   float64 // the highest value less the lowest; 0 means 1, and bytes have 255
	Window  int     // its width, odd; 0 means 11
	Sigma   float64 // of the Gaussian; 0 means 1.5
	Reflect bool    // go on at the borders with mirrored pictures and count them too, as torchmetrics does

	mean
}

// Name returns "ssim".
func (s *SSIM) Name() string { return "ssim" }

// Add counts a batch.
func (s *SSIM) Add(prediction, target *tensor.Tensor) {
	window := gaussian(orElse(s.Window, 11), orElse(s.Sigma, 1.5))
	for x, y := range pictures("SSIM", prediction, target) {
		sum := 0.
		for i := range x {
			a, b := x[i], y[i]
			if s.Reflect {
				a, b = a.reflected(len(window)/2), b.reflected(len(window)/2)
			}
			v, _ := similarity("SSIM", a, b, window, orElse(s.Range, 1))
			sum += v
		}
		s.one(sum / float64(len(x)))
	}
}

// similarity returns the mean structural similarity of planes, and of its second factor, contrast and structure.
func similarity(op string, x, y plane, window []float64, span float64) (all, contrast float64) {
	if x.h < len(window) || x.w < len(window) {
		panic(tensor.Errorf(op, "a picture of %d×%d is smaller than the window of %d", x.h, x.w, len(window)))
	}
	c1, c2 := 0.01*span*0.01*span, 0.03*span*0.03*span
	mx, my := x.filtered(window), y.filtered(window)
	xx, yy, xy := x.times(x).filtered(window), y.times(y).filtered(window), x.times(y).filtered(window)
	for i, a := range mx.of {
		b := my.of[i]
		vx, vy := max(xx.of[i]-a*a, 0), max(yy.of[i]-b*b, 0)
		c := (2*(xy.of[i]-a*b) + c2) / (vx + vy + c2)
		contrast += c
		all += c * (2*a*b + c1) / (a*a + b*b + c1)
	}
	n := float64(len(mx.of))
	return all / n, contrast / n
}

// Merge adds what another SSIM has counted.
func (s *SSIM) Merge(m Metric) { s.merge(same[*SSIM]("SSIM.Merge", m).mean) }

// MultiScaleSSIM is the mean over pictures x and the targets' y of the structural similarity at several sizes, each half the
// one before: the product of contrast and structure at all of them, and of luminance at the last, with exponents.
//
//	x [n c h w], y of the same shape
//
// The window is that of [SSIM], and so are the other fields. Negative factors count 0; channels are multiplied apart and
// then averaged, as in TensorFlow and pytorch-msssim, while torchmetrics averages them first and counts mirrored borders.
// It panics with a [tensor.Error] if the smallest picture is smaller than the window: of the default five sizes, at 176.
//
// Wang, Simoncelli and Bovik, Multi-scale Structural Similarity for Image Quality Assessment, 2003, equation 7.
type MultiScaleSSIM struct {
	Exponents []float64 // nil means the paper's 0.0448, 0.2856, 0.3001, 0.2363, 0.1333
	Range     float64
	Window    int
	Sigma     float64

	mean
}

// Name returns "ms_ssim".
func (s *MultiScaleSSIM) Name() string { return "ms_ssim" }

// Add counts a batch.
func (s *MultiScaleSSIM) Add(prediction, target *tensor.Tensor) {
	window := gaussian(orElse(s.Window, 11), orElse(s.Sigma, 1.5))
	exponents := s.Exponents
	if exponents == nil {
		exponents = []float64{0.0448, 0.2856, 0.3001, 0.2363, 0.1333}
	}
	for x, y := range pictures("MultiScaleSSIM", prediction, target) {
		sum := 0.
		for i := range x {
			sum += s.scales(x[i], y[i], window, exponents)
		}
		s.one(sum / float64(len(x)))
	}
}

func (s *MultiScaleSSIM) scales(x, y plane, window, exponents []float64) float64 {
	product := 1.
	for i, e := range exponents {
		all, contrast := similarity("MultiScaleSSIM", x, y, window, orElse(s.Range, 1))
		if i == len(exponents)-1 {
			contrast = all
		}
		product *= math.Pow(max(contrast, 0), e)
		x, y = x.halved(), y.halved()
	}
	return product
}

// Merge adds what another MultiScaleSSIM has counted.
func (s *MultiScaleSSIM) Merge(m Metric) {
	s.merge(same[*MultiScaleSSIM]("MultiScaleSSIM.Merge", m).mean)
}

// ImageQualityIndex is the mean universal image quality index of pictures x and the targets' y: [SSIM] without the constants
// that keep it from dividing by 0, for which float64's epsilon is added.
//
//	x [n c h w], y of the same shape
//	2μxμy·2σxy / ((μx² + μy²)(σx² + σy²) + ε)
//
// Wang and Bovik, A Universal Image Quality Index, IEEE Signal Processing Letters, 2002; the window is SSIM's.
type ImageQualityIndex struct {
	Window int     // its width, odd; 0 means 11
	Sigma  float64 // of the Gaussian; 0 means 1.5

	mean
}

// Name returns "image_quality_index".
func (q *ImageQualityIndex) Name() string { return "image_quality_index" }

// Add counts a batch.
func (q *ImageQualityIndex) Add(prediction, target *tensor.Tensor) {
	window := gaussian(orElse(q.Window, 11), orElse(q.Sigma, 1.5))
	for x, y := range pictures("ImageQualityIndex", prediction, target) {
		for i := range x {
			if x[i].h < len(window) || x[i].w < len(window) {
				panic(tensor.Errorf("ImageQualityIndex", "a picture of %d×%d is smaller than the window of %d", x[i].h, x[i].w, len(window)))
			}
			q.plane(x[i], y[i], window)
		}
	}
}

func (q *ImageQualityIndex) plane(x, y plane, window []float64) {
	mx, my := x.filtered(window), y.filtered(window)
	xx, yy, xy := x.times(x).filtered(window), y.times(y).filtered(window), x.times(y).filtered(window)
	for i, a := range mx.of {
		b := my.of[i]
		vx, vy := max(xx.of[i]-a*a, 0), max(yy.of[i]-b*b, 0)
		q.one(4 * a * b * (xy.of[i] - a*b) / ((a*a+b*b)*(vx+vy) + smallest))
	}
}

// Merge adds what another ImageQualityIndex has counted.
func (q *ImageQualityIndex) Merge(m Metric) {
	q.merge(same[*ImageQualityIndex]("ImageQualityIndex.Merge", m).mean)
}
