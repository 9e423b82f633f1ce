package table

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
)

func features(c *check.Case) *Features {
	shape := c.Shape("x")
	return &Features{X: slices.Clone(c.Float32("x")), Names: make([]string, shape[1]), Rows: shape[0]}
}

func TestScalesGolden(t *testing.T) {
	all := check.GoldenAll(t, "testdata")
	for name, fit := range map[string]func(*Features) Scale{"Standard": Fit, "Range": FitRange, "Robust": FitRobust} {
		c := all["Scale/"+name].On(t)
		f := features(c)
		if err := fit(f).Apply(f); err != nil {
			t.Fatal(err)
		}
		want := slices.Clone(c.Float32("y"))
		for i, v := range want {
			if v != v { // scikit-learn leaves what is missing; we put what is in the middle, or the least
				want[i] = 0
			}
		}
		check.Close(t, name, f.X, want, 2e-6)
	}
	for name, fit := range map[string]func(*Features) Fill{"Mean": FillMean, "Median": FillMedian, "Most": FillMost} {
		c := all["Fill/"+name].On(t)
		f := features(c)
		missing := fit(f).Apply(f)
		check.Close(t, name, f.X, c.Float32("y"), 2e-7)
		for i, v := range c.Float32("x") {
			if (missing[i] == 1) != (v != v) {
				t.Errorf("%s: number %d is marked %v", name, i, missing[i])
			}
		}
	}
}

func TestScaleOfNothing(t *testing.T) {
	nan := float32(math.NaN())
	f := &Features{X: []float32{nan, 3, nan, 3}, Names: []string{"a", "b"}, Rows: 2}
	for name, s := range map[string]Scale{"range": FitRange(f), "robust": FitRobust(f)} {
		if !slices.Equal(s.Mean, []float32{0, 3}) || !slices.Equal(s.Deviation, []float32{1, 1}) {
			t.Errorf("%s: %v", name, s)
		}
	}
	if l := FillMost(f); !slices.Equal(l, Fill{0, 3}) {
		t.Errorf("the commonest are %v", l)
	}
}

func category(codes ...int64) *Column {
	c := &Column{Name: "town", Kind: Category, Classes: []string{"a", "b", "c", "d"}}
	for _, k := range codes {
		c.Codes = append(c.Codes, int(k))
	}
	return c
}

func TestTargetEncodingGolden(t *testing.T) {
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), "TargetEncoding/") {
		column := category(c.Int64("codes")...)
		e, err := FitTarget(column, c.Float64("target"), c.Float("smooth"))
		if err != nil {
			t.Fatal(err)
		}
		for i, got := range e.Encode(column) {
			if want := c.Float64("encoded")[i]; math.Abs(got-want) > 1e-12 {
				t.Errorf("%s: row %d is %v, want %v", c.Name, i, got, want)
			}
		}
	}
}

// TestCrossEncode: no row knows its own target.
func TestCrossEncode(t *testing.T) {
	column := category(0, 0, 1, 1, 0, -1)
	y, part := []float64{1, 3, 5, 7, 9, 11}, []int{0, 1, 0, 1, 1, 0}
	x, err := CrossEncode(column, y, 0, part)
	if err != nil {
		t.Fatal(err)
	}
	// Part 0 is encoded by rows 1, 3 and 4, whose mean is 19/3; part 1 by rows 0, 2 and 5.
	if want := []float64{6, 1, 7, 5, 1, 19. / 3}; !slices.EqualFunc(x, want, func(a, b float64) bool { return math.Abs(a-b) < 1e-12 }) {
		t.Errorf("%v, want %v", x, want)
	}
	y[0] = 1000
	if other, _ := CrossEncode(column, y, 0, part); other[0] != x[0] {
		t.Error("the first row knows its own target")
	}
}

func TestTargetEncodingMistakes(t *testing.T) {
	for says, call := range map[string]func() error{
		"2 rows, and there are 1 targets": func() error { _, err := FitTarget(category(0, 1), []float64{1}, 1); return err },
		"holds number":                    func() error { _, err := FitTarget(&Column{Name: "x"}, nil, 1); return err },
		"a smoothing of -1 rows":          func() error { _, err := FitTarget(category(0), []float64{1}, -1); return err },
		"1 parts for 2 rows":              func() error { _, err := CrossEncode(category(0, 1), []float64{1, 2}, 1, []int{0}); return err },
	} {
		if err := call(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
	e, _ := FitTarget(category(0, 1), []float64{1, 3}, 0)
	if x := e.Encode(category(-1, 2, 0)); !slices.Equal(x, []float64{2, 2, 1}) {
		t.Errorf("a missing, an unseen and a seen class are %v", x)
	}
}
