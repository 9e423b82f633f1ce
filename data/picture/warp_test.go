package picture

import (
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "Rotation", t: Rotation{Degrees: 30}, moves: true, random: true, off: 1,
	core: func(e *Example, c *check.Case) {
		r := Rotation{Filter: Filter(word(c, "filter")), Fill: list[int](c, "fill"), Center: list[float64](c, "center")}
		if c.HasAttr("expand") {
			c.Attr("expand", &r.Expand)
		}
		r.turn(e, number(c, "angle"))
	},
	wrong: map[string]Transform{
		"a center with Expand": Rotation{Degrees: 9, Expand: true, Center: []float64{1, 2}}, "a center of [1]": Rotation{Degrees: 9, Center: []float64{1}},
		`no filter "lanczos" here`: Rotation{Degrees: 9, Filter: Lanczos},
	},
})

var (
	_ = register(sample{name: "Rotation/expand", t: Rotation{Range: []float64{-180, 180}, Expand: true}, moves: true, random: true})
	_ = register(sample{name: "Rotation/quarters", t: Rotation{Range: []float64{270, 270}, Expand: true}, moves: true})
	_ = register(sample{name: "Rotation/center", t: Rotation{Degrees: 20, Center: []float64{20, 22}}, moves: true, random: true})
)

var _ = register(sample{
	name: "Affine", t: Affine{Degrees: 15, Translate: []float64{0.1, 0.1}, Scale: []float64{0.8, 1.2}, Shear: 10, ShearY: 5}, moves: true, random: true, off: 1,
	core: func(e *Example, c *check.Case) {
		to, shear := list[float64](c, "translate"), list[float64](c, "shear")
		Affine{Filter: Filter(word(c, "filter"))}.by(e, Affinity{number(c, "angle"), to[0], to[1], number(c, "scale"), shear[0], shear[1]})
	},
	wrong: map[string]Transform{
		"a translation of [1]": Affine{Translate: []float64{1}}, "a scale of 0": Affine{Scale: []float64{0, 0}},
		"want more than 0, and less than 90": Affine{Scale: []float64{-1, -1}},
	},
})

var (
	_ = register(sample{name: "Affine/translation", t: Affine{Translate: []float64{0.2, 0.1}}, moves: true, random: true})
	_ = register(sample{name: "Affine/shear", t: Affine{Shear: 20}, moves: true, random: true})
)

var _ = register(sample{
	name: "Perspective", t: Perspective{Distortion: 0.3, P: 1}, moves: true, random: true, off: 1,
	core: func(e *Example, c *check.Case) {
		var to [4]Point
		for i, p := range list[[]float64](c, "to") {
			to[i] = Point{p[0], p[1]}
		}
		Perspective{Filter: Filter(word(c, "filter"))}.between(e, [4]Point{{0, 0}, {16, 0}, {16, 12}, {0, 12}}, to)
	},
	wrong: map[string]Transform{"a distortion of 2": Perspective{Distortion: 2, P: 1}},
})

var _ = register(sample{
	name: "Elastic", t: Elastic{Alpha: 40, Sigma: 4}, moves: true, random: true, off: 1,
	core: func(e *Example, c *check.Case) {
		Elastic{Filter: Filter(word(c, "filter"))}.by(e, c.Float64("dx"), c.Float64("dy"))
	},
	wrong: map[string]Transform{"a sigma of -1": Elastic{Sigma: -1}},
})

func TestPicturesWithoutCornersHaveNoPerspective(t *testing.T) {
	e := &Example{Pix: []uint8{1, 2, 3}, Channels: 1, Height: 1, Width: 3}
	Perspective{P: 1}.Apply(e, 1)
	if string(e.Pix) != "\x01\x02\x03" {
		t.Errorf("becomes %v", e.Pix)
	}
}
