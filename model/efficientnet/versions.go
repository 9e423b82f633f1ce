package efficientnet

import (
	"fmt"
	"math"
)

// A shape is a configuration worked out.
type shape struct {
	first, last   int
	stages        []Stage
	dropout       float64
	eps, momentum float64 // of the norms
}

// A scale says by how much B0 is widened and deepened.
type scale struct{ width, depth, dropout float64 }

var scales = map[string]scale{
	"b0": {1, 1, 0.2}, "b1": {1, 1.1, 0.2}, "b2": {1.1, 1.2, 0.3}, "b3": {1.2, 1.4, 0.3},
	"b4": {1.4, 1.8, 0.4}, "b5": {1.6, 2.2, 0.4}, "b6": {1.8, 2.6, 0.5}, "b7": {2, 3.1, 0.5},
}

// first is table 1 of the first paper.
func first() []Stage {
	return []Stage{
		{false, 1, 3, 1, 16, 1},
		{false, 6, 3, 2, 24, 2},
		{false, 6, 5, 2, 40, 2},
		{false, 6, 3, 2, 80, 3},
		{false, 6, 5, 1, 112, 3},
		{false, 6, 5, 2, 192, 4},
		{false, 6, 3, 1, 320, 1},
	}
}

// second is table 4 of the second paper, and the larger networks that its authors published.
var second = map[string]shape{
	"v2_s": {first: 24, dropout: 0.2, stages: []Stage{
		{true, 1, 3, 1, 24, 2},
		{true, 4, 3, 2, 48, 4},
		{true, 4, 3, 2, 64, 4},
		{false, 4, 3, 2, 128, 6},
		{false, 6, 3, 1, 160, 9},
		{false, 6, 3, 2, 256, 15},
	}},
	"v2_m": {first: 24, dropout: 0.3, stages: []Stage{
		{true, 1, 3, 1, 24, 3},
		{true, 4, 3, 2, 48, 5},
		{true, 4, 3, 2, 80, 5},
		{false, 4, 3, 2, 160, 7},
		{false, 6, 3, 1, 176, 14},
		{false, 6, 3, 2, 304, 18},
		{false, 6, 3, 1, 512, 5},
	}},
	"v2_l": {first: 32, dropout: 0.4, stages: []Stage{
		{true, 1, 3, 1, 32, 4},
		{true, 4, 3, 2, 64, 7},
		{true, 4, 3, 2, 96, 7},
		{false, 4, 3, 2, 192, 10},
		{false, 6, 3, 1, 224, 19},
		{false, 6, 3, 2, 384, 25},
		{false, 6, 3, 1, 640, 7},
	}},
}

// shape fills in what a configuration leaves open; of c itself only Drop.
func (c *Config) shape() (shape, error) {
	if c.Version == "" {
		c.Version = "b0"
	}
	if c.Drop == 0 {
		c.Drop = 0.2
	}
	var s shape
	if k, ok := scales[c.Version]; ok {
		s = shape{first: divisible(32 * k.width), dropout: k.dropout, eps: 1e-5, momentum: 0.1}
		for _, stage := range first() {
			stage.Channels = divisible(float64(stage.Channels) * k.width)
			stage.Blocks = int(math.Ceil(float64(stage.Blocks) * k.depth))
			s.stages = append(s.stages, stage)
		}
		s.last = 4 * s.stages[len(s.stages)-1].Channels
		if c.Version >= "b5" {
			s.eps, s.momentum = 1e-3, 0.01
		}
	} else if s, ok = second[c.Version]; ok {
		s.last, s.eps, s.momentum = 1280, 1e-3, 0.1
	} else {
		return s, fmt.Errorf("there is no EfficientNet %q; there are b0 to b7, v2_s, v2_m and v2_l", c.Version)
	}
	if c.Stages != nil {
		s.stages = c.Stages
	}
	if c.First != 0 {
		s.first = c.First
	}
	if c.Last != 0 {
		s.last = c.Last
	}
	if c.Dropout != 0 {
		s.dropout = c.Dropout
	}
	return s, nil
}

// divisible rounds a number of channels to a multiple of 8, but not down by more than a tenth.
func divisible(channels float64) int {
	n := max(8, int(channels+4)/8*8)
	if float64(n) < 0.9*channels {
		n += 8
	}
	return n
}
