package picture

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/rng"
)

var _ = register(sample{
	name: "RandAugment", t: RandAugment{}, random: true, moves: true, off: 1,
	core: func(e *Example, c *check.Case) {
		act(e, action(word(c, "action")), magnitude(c, usual, true), Nearest, nil)
	},
	wrong: map[string]Transform{"2 actions at level 40 of 31": RandAugment{N: 2, Magnitude: 40}},
})

var _ = register(sample{name: "TrivialAugmentWide", t: TrivialAugmentWide{}, random: true, moves: true, wrong: map[string]Transform{"1 levels": TrivialAugmentWide{Levels: 1}}})

var (
	_ = register(sample{name: "AutoAugment", t: AutoAugment{}, random: true, moves: true, wrong: map[string]Transform{`no policy "no"`: AutoAugment{Policy: "no"}}})
	_ = register(sample{name: "AutoAugment/cifar10", t: AutoAugment{Policy: "cifar10"}, random: true, moves: true})
	_ = register(sample{name: "AutoAugment/svhn", t: AutoAugment{Policy: "svhn", Filter: Bilinear}, random: true, moves: true})
)

// magnitude is what an action of a case is called with, for its picture of 9 × 11.
func magnitude(c *check.Case, from []strength, shares bool) float64 {
	a := action(word(c, "action"))
	s := from[slices.IndexFunc(from, func(s strength) bool { return s.action == a })]
	by := s.at(int(number(c, "level")), int(number(c, "levels"))) * number(c, "sign")
	if shares && a == translateX {
		by *= 11
	} else if shares && a == translateY {
		by *= 9
	}
	return by
}

func TestStrengthsEqualTorchvision(t *testing.T) {
	all := check.Golden(t, "testdata/transforms.golden")
	for name, from := range map[string][]strength{"RandAugment": usual, "AutoAugment": usual, "TrivialAugmentWide": wide} {
		reference, off := "", 0.0
		for _, c := range check.Cases(t, all, name+"/") {
			reference = c.MadeBy
			a, want := action(word(c, "action")), number(c, "by")
			if a == solarize {
				want *= 255
			}
			got := magnitude(c, from, name != "TrivialAugmentWide")
			if a == identity || a == autocontrast || a == equalize || a == invert {
				continue // called without one
			}
			if off = max(off, math.Abs(got-want)/max(math.Abs(want), 1)); off > 1e-5 {
				t.Errorf("%s: %v, want %v", c.Name, got, want)
			}
		}
		check.Note{Package: "picture", Entry: name, Reference: reference, Error: off}.Write(t)
	}
	for _, c := range check.Cases(t, all, "Policy/") {
		var want [][][]any
		c.Attr("steps", &want)
		ours := policies[c.Name[len("Policy/"):]]
		if len(ours) != len(want) {
			t.Fatalf("%s has %d pairs, want %d", c.Name, len(ours), len(want))
		}
		for i, pair := range want {
			for j, w := range pair {
				if s := ours[i][j]; fmt.Sprint(s.action, s.p, s.level) != fmt.Sprint(w...) {
					t.Errorf("%s: pair %d has %v, want %v", c.Name, i, s, w)
				}
			}
		}
	}
}

// Of 14 actions one is a translation along x, and half of the time it is to the right: where the point goes tells it from all others.
func TestActionsAreDrawnAlike(t *testing.T) {
	const n = 3000
	right := share(n, func(k rng.Key) bool {
		e := &Example{Pix: make([]uint8, 400), Channels: 1, Height: 20, Width: 20, Points: []Point{{10, 10}}}
		RandAugment{N: 1, Magnitude: 30}.Apply(e, k)
		return math.Abs(e.Points[0].X-19) < 0.1 && math.Abs(e.Points[0].Y-10) < 1e-9
	})
	likely(t, "translations to the right", right, 1.0/28, n)
}
