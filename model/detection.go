package model

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// A Detection is one thing found in a picture.
type Detection struct {
	Box    [4]float64   // left, top, right, bottom: shares of the picture's width and height
	Class  int          // of the model's classes
	Score  float64      // how sure the model is, at most 1
	Points [][2]float64 // landmarks, left and top, if the model finds some
}

// A Detector finds things in pictures.
type Detector interface {
	// Detect returns what is in each of the pictures [n c h w], prepared as the model wants them, the surest first.
	Detect(p *nn.Pass, x *tensor.Tensor) [][]Detection
}

// A DetectConfig says which detections are given, and which are taken for one. A zero field is the model's own choice.
type DetectConfig struct {
	Score   float64 // the least
	Overlap float64 // of two boxes, the intersection over the union, above which they are one
	Most    int     // in a picture
}

// Or returns the configuration with the fields of d where its own are zero.
func (c DetectConfig) Or(d DetectConfig) DetectConfig {
	if c.Score == 0 {
		c.Score = d.Score
	}
	if c.Overlap == 0 {
		c.Overlap = d.Overlap
	}
	if c.Most == 0 {
		c.Most = d.Most
	}
	return c
}

// Overlap returns the intersection of two boxes over their union.
func (d Detection) Overlap(e Detection) float64 {
	w := min(d.Box[2], e.Box[2]) - max(d.Box[0], e.Box[0])
	h := min(d.Box[3], e.Box[3]) - max(d.Box[1], e.Box[1])
	if w <= 0 || h <= 0 {
		return 0
	}
	area := func(b [4]float64) float64 { return (b[2] - b[0]) * (b[3] - b[1]) }
	return w * h / (area(d.Box) + area(e.Box) - w*h)
}
