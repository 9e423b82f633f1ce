package all

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
)

// Photographs are prepared for every network of torchvision's as its first published weights want it, and a photograph takes
// as many multiply-adds as are published.
func TestPublishedTransforms(t *testing.T) {
	cases := check.Cases(t, check.Golden(t, "testdata/transforms.golden"), "")
	if len(cases) < 60 {
		t.Errorf("%d networks, want 60 or more", len(cases))
	}
	for _, c := range cases {
		c = c.On(t)
		_, v, ok := model.Find(c.Name)
		if !ok {
			t.Errorf("there is no %s", c.Name)
			continue
		}
		p := v.Preprocess
		var filter string
		var mean, std []float64
		c.Attr("filter", &filter)
		c.Attr("mean", &mean)
		c.Attr("std", &std)
		if cmp.Or(p.Resize, 256) != c.Int("resize") || cmp.Or(p.Crop, 224) != c.Int("crop") || v.Of.Input[1] != c.Int("crop") {
			t.Errorf("%s: resized to %d and cropped to %d of %v, want %d and %d", c.Name, p.Resize, p.Crop, v.Of.Input, c.Int("resize"), c.Int("crop"))
		}
		if cmp.Or(string(p.Filter), "bilinear") != filter {
			t.Errorf("%s: resized by %q, want %s", c.Name, p.Filter, filter)
		}
		ours, theirs := &[3]float64{0.485, 0.456, 0.406}, &[3]float64{0.229, 0.224, 0.225}
		if p.Mean != nil {
			ours, theirs = p.Mean, p.Std
		}
		if !slices.Equal(ours[:], mean) || !slices.Equal(theirs[:], std) {
			t.Errorf("%s: mean %v and deviation %v, want %v and %v", c.Name, *ours, *theirs, mean, std)
		}
		if testing.Short() {
			continue
		}
		m, err := model.New(c.Name, nil, v.Of, nil)
		if err != nil {
			t.Fatal(err)
		}
		s, err := nn.Summarize(m, v.Of.Input...)
		if err != nil {
			t.Fatal(err)
		}
		if giga := float64(s.MultiplyAdds) / 1e9; math.Abs(giga-c.Float("giga")) > 6e-4 {
			t.Errorf("%s: %.4f billion multiply-adds, want %.3f", c.Name, giga, c.Float("giga"))
		}
	}
}
