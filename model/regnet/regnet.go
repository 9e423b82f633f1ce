// Package regnet holds the RegNets: networks whose widths follow a line, found by looking at a whole space of networks.
package regnet

import (
	"fmt"
	"math"
	"regexp"

	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes a network: the numbers of the paper, and with Excite RegNetY. The zero value is RegNetX-400MF.
type Config struct {
	Depth      int     `json:"depth,omitempty"`       // blocks; 22 if 0
	First      int     `json:"first,omitempty"`       // w₀, the width that the line begins with, a multiple of 8; 24 if 0
	Slope      float64 `json:"slope,omitempty"`       // wₐ, by which it rises with each block; 24.48 if 0
	Step       float64 `json:"step,omitempty"`        // wₘ, the ratio of a stage's width to that before; 2.54 if 0
	GroupWidth int     `json:"group_width,omitempty"` // channels that see each other in a 3×3 convolution; 16 if 0
	Excite     float64 `json:"excite,omitempty"`      // channels within squeeze and excitation, as a part of those that come in; none if 0
}

func init() {
	y := func(name string, parameters, depth, first int, slope, step float64, group int) model.Variant {
		return model.Variant{Name: name, Parameters: parameters, Config: fmt.Sprintf(
			`{"depth": %d, "first": %d, "slope": %g, "step": %g, "group_width": %d, "excite": 0.25}`, depth, first, slope, step, group)}
	}
	x := func(name string, parameters, depth, first int, slope, step float64, group int) model.Variant {
		return model.Variant{Name: name, Parameters: parameters, Config: fmt.Sprintf(
			`{"depth": %d, "first": %d, "slope": %g, "step": %g, "group_width": %d}`, depth, first, slope, step, group)}
	}
	largest := y("regnet_y_128gf", 644_812_894, 27, 456, 160.83, 2.52, 264)
	largest.Of, largest.Preprocess = model.Photos(384), model.Preprocess{Resize: 384, Crop: 384, Filter: picture.Bicubic}
	model.Register(model.Architecture{
		Name: "regnet", About: "residual bottlenecks whose widths follow a line: RegNetX and RegNetY; for pictures",
		Config: Config{}, Example: model.Photos(224),
		Variants: []model.Variant{
			x("regnet_x_400mf", 5_495_976, 22, 24, 24.48, 2.54, 16), x("regnet_x_800mf", 7_259_656, 16, 56, 35.73, 2.28, 16),
			x("regnet_x_1_6gf", 9_190_136, 18, 80, 34.01, 2.25, 24), x("regnet_x_3_2gf", 15_296_552, 25, 88, 26.31, 2.25, 48),
			x("regnet_x_8gf", 39_572_648, 23, 80, 49.56, 2.88, 120), x("regnet_x_16gf", 54_278_536, 22, 216, 55.59, 2.1, 128),
			x("regnet_x_32gf", 107_811_560, 23, 320, 69.86, 2, 168),
			y("regnet_y_400mf", 4_344_144, 16, 48, 27.89, 2.09, 8), y("regnet_y_800mf", 6_432_512, 14, 56, 38.84, 2.4, 16),
			y("regnet_y_1_6gf", 11_202_430, 27, 48, 20.71, 2.65, 24), y("regnet_y_3_2gf", 19_436_338, 21, 80, 42.63, 2.66, 24),
			y("regnet_y_8gf", 39_381_472, 17, 192, 76.82, 2.19, 56), y("regnet_y_16gf", 83_590_140, 18, 200, 106.23, 2.48, 112),
			y("regnet_y_32gf", 145_046_770, 20, 232, 115.89, 2.53, 232), largest,
		},
		Layouts: []model.Layout{{
			Name: "torchvision", Marks: []string{"trunk_output.block1.block1-0.f.a.0.weight"},
			Source: func(ours string) model.Source {
				return model.Source{Names: []string{place.ReplaceAllString(ours, "trunk_output.block$1.block$1-$2.")}}
			},
		}},
		Build: model.BuildPictures(1, New),
	})
}

// place finds stage and block in our names; in torchvision's, a block is called by the number of its stage too.
var place = regexp.MustCompile(`^trunk_output\.block(\d+)\.(\d+)\.`)

// A Model is a RegNet.
//
//	x [n c h w] → logits [n out]
//
// Radosavovic, Kosaraju, Girshick, He and Dollár, Designing Network Design Spaces, 2020 (arXiv:2003.13678), equations 2 to 4.
type Model struct {
	Stem  nn.Sequential
	Trunk Trunk      `nn:"trunk_output"`
	Head  *nn.Linear `nn:"fc"`
}

// A Trunk is the stages.
type Trunk struct {
	Stages []*Stage `nn:",stacked"`
}

// A Stage is blocks of one width, the first of which halves the picture.
type Stage struct {
	Blocks []*Block `nn:"block#"`
}

// New returns a network for pictures of so many channels, with weights drawn as in torchvision. The error is that the numbers
// make no line.
func New(r *rng.Rand, channels, out int, c Config) (*Model, error) {
	c = c.filled()
	if c.Depth < 1 || c.First < 8 || c.First%8 != 0 || c.Slope < 0 || c.Step <= 1 || c.GroupWidth < 1 || c.Excite < 0 {
		return nil, fmt.Errorf("depth %d, first %d, slope %g, step %g and group_width %d make no RegNet", c.Depth, c.First, c.Slope, c.Step, c.GroupWidth)
	}
	const in = 32
	m := &Model{Stem: unit(r, channels, in, window{3, 2, 1}, true)}
	before := in
	for _, s := range c.stages() {
		stage := new(Stage)
		for i := range s.depth {
			stage.Blocks = append(stage.Blocks, newBlock(r, before, s, i == 0, c.Excite))
			before = s.width
		}
		m.Trunk.Stages = append(m.Trunk.Stages, stage)
	}
	m.Head = nn.NewLinear(r, before, out)
	nn.Reset(&m.Head.Weight, nn.Normal(0.01), r.Next())
	nn.Reset(&m.Head.Bias, nn.Constant(0), r.Next())
	return m, nil
}

// Forward returns the logits of pictures.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = m.Stem.Forward(p, x)
	for _, s := range m.Trunk.Stages {
		for _, b := range s.Blocks {
			x = b.Forward(p, x)
		}
	}
	return m.Head.Forward(p, op.GlobalAvgPool(x).Flatten(1, -1))
}

func (c Config) filled() Config {
	if c.Depth == 0 {
		c.Depth = 22
	}
	if c.First == 0 {
		c.First = 24
	}
	if c.Slope == 0 {
		c.Slope = 24.48
	}
	if c.Step == 0 {
		c.Step = 2.54
	}
	if c.GroupWidth == 0 {
		c.GroupWidth = 16
	}
	return c
}

// A shape is what the blocks of a stage have in common.
type shape struct{ depth, width, group int }

// stages works the line out: block j would be wₐ·j + w₀ wide; widths are rounded to powers of wₘ and to eights, and to whole
// groups.
func (c Config) stages() (all []shape) {
	last := 0
	for j := range c.Depth {
		power := math.RoundToEven(math.Log((c.Slope*float64(j)+float64(c.First))/float64(c.First)) / math.Log(c.Step))
		width := 8 * int(math.RoundToEven(float64(c.First)*math.Pow(c.Step, power)/8))
		if width != last {
			all, last = append(all, shape{width: width}), width
		}
		all[len(all)-1].depth++
	}
	for i, s := range all {
		g := min(c.GroupWidth, s.width)
		w := max(g, (2*s.width+g)/2/g*g)
		if 10*w < 9*s.width {
			w += g
		}
		all[i].width, all[i].group = w, g
	}
	return all
}
