package picture

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "JPEG", t: JPEG{}, random: true, off: 25,
	core: func(e *Example, c *check.Case) {
		JPEG{Quality: []float64{number(c, "quality"), number(c, "quality")}}.Apply(e, 0)
	},
	wrong: map[string]Transform{"a quality of [0 5]": JPEG{Quality: []float64{0, 5}}},
})

// Two encoders round before they quantize, which moves a few blocks by a step; but they must lose as much.
func TestCompressionLosesAsMuchAsPillows(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/pillow.golden"), "JPEG/quality") {
		e := exampleOf(c)
		JPEG{Quality: []float64{number(c, "quality"), number(c, "quality")}}.Apply(e, 0)
		mine, theirs := 0.0, 0.0
		for i, was := range c.Int64("x") {
			mine += math.Abs(float64(int64(e.Pix[i]) - was))
			theirs += math.Abs(float64(c.Int64("y")[i] - was))
		}
		if r := mine / theirs; r < 0.95 || r > 1.05 {
			t.Errorf("%s: %.3f of what Pillow loses", c.Name, r)
		}
	}
}
