package metric

import (
	"math"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

// A row is the test of an entry.
type row interface {
	title() string
	test(t *testing.T)
}

var rows []row

func register(r row) bool { rows = append(rows, r); return true }

func TestAll(t *testing.T) {
	for _, r := range rows {
		t.Run(r.title(), r.test)
	}
}

// A sample is a metric with a batch and its value by hand, or with golden cases of a reference implementation.
type sample struct {
	name               string
	fresh              func() Metric
	called             string
	prediction, target *tensor.Tensor // nil if there are golden cases alone
	value              float64
	twice              float64 // the value of the batch added twice; 0 means the same
	misuse             []misuse

	golden string                     // prefix of its golden cases, with the arrays prediction, target and value
	like   func(c *check.Case) Metric // the metric of a golden case; a fresh one, if nil
	uneven bool                       // predictions and targets may differ in number
}

type misuse struct {
	prediction, target *tensor.Tensor
	says               string
}

func (s sample) title() string { return s.name }

func (s sample) test(t *testing.T) {
	m := s.fresh()
	if m.Name() != s.called {
		t.Errorf("it is called %q, want %q", m.Name(), s.called)
	}
	wantValue(t, "of nothing", m, math.NaN())
	if s.prediction != nil {
		m.Add(s.prediction.Watch(), s.target)
		wantValue(t, "of the batch", m, s.value)
		m.Add(s.prediction, s.target)
		if s.twice == 0 {
			s.twice = s.value
		}
		wantValue(t, "of the batch twice", m, s.twice)
		m.Reset()
		wantValue(t, "after Reset", m, math.NaN())
		s.checkParts(t, s.fresh, s.prediction, s.target, s.value)
	}
	s.checkGolden(t)
	for i, u := range s.misuse {
		err := tensor.Catch(func() { s.fresh().Add(u.prediction, u.target) })
		if err == nil || !strings.Contains(err.Error(), u.says) {
			t.Errorf("misuse %d: error %v, want one that says %q", i, err, u.says)
		}
	}
	if err := tensor.Catch(func() { m.Merge(stranger{}) }); err == nil {
		t.Error("it merged a stranger")
	}
	m.Merge(s.fresh())
	wantValue(t, "of nothing and nothing", m, math.NaN())
}

// checkParts: one metric fed by batches of 1, and two that merge, have the value of the whole.
func (s sample) checkParts(t *testing.T, fresh func() Metric, prediction, target *tensor.Tensor, want float64) {
	a, b, c, none := fresh(), fresh(), fresh(), fresh()
	n := prediction.Dim(0)
	if s.uneven {
		n = max(n, target.Dim(0))
	}
	for i := range n {
		x, y := cut(prediction, i), cut(target, i)
		a.Add(x, y)
		if i < n/3 {
			b.Add(x, y)
		} else {
			c.Add(x, y)
		}
	}
	b.Merge(c)
	none.Merge(b)
	b.Merge(fresh())
	wantValue(t, "by ones", a, want)
	wantValue(t, "merged", b, want)
	wantValue(t, "merged into nothing", none, want)
}

func cut(x *tensor.Tensor, i int) *tensor.Tensor {
	if x == nil || i >= x.Dim(0) {
		return nil
	}
	return x.Slice(0, i, i+1)
}

// checkGolden compares values with a reference implementation's.
func (s sample) checkGolden(t *testing.T) {
	if s.golden == "" {
		check.Note{Package: "metric", Entry: s.name, Reference: "by hand"}.Write(t)
		return
	}
	for _, c := range cases(t, s.golden+"/") {
		fresh := s.fresh
		if s.like != nil {
			fresh = func() Metric { return s.like(c) }
		}
		m := fresh()
		x, y := golden(c, "prediction"), golden(c, "target")
		m.Add(x, y)
		wantGolden(t, s.name, c, m.Value())
		s.checkParts(t, fresh, x, y, m.Value())
		m.Reset()
		wantValue(t, c.Name+" after Reset", m, math.NaN())
	}
}

var goldens map[string]*check.Case // of all files, read once

// cases returns the golden cases whose names begin with prefix.
func cases(t *testing.T, prefix string) []*check.Case {
	t.Helper()
	if goldens == nil {
		goldens = check.GoldenAll(t, "testdata")
	}
	some := check.Cases(t, goldens, prefix)
	for i, c := range some {
		some[i] = c.On(t)
	}
	return some
}

// wantGolden compares a value with the case's and notes how far it is off.
func wantGolden(t *testing.T, name string, c *check.Case, value float64) {
	t.Helper()
	got, want := []float64{value}, c.Float64("value")
	off := check.Off(got, want)
	if off > 1e-6 && math.Abs(got[0]-want[0]) > 1e-9 {
		t.Errorf("%s: %v, want %v", c.Name, got[0], want[0])
	}
	check.Note{Package: "metric", Entry: name, Reference: c.MadeBy, Error: off}.Write(t)
}

// text returns an attribute that is a string, "" if the case has none.
func text(c *check.Case, name string) (v string) {
	if c.HasAttr(name) {
		c.Attr(name, &v)
	}
	return v
}

// number returns an attribute that is a number, 0 if the case has none.
func number(c *check.Case, name string) (v float64) {
	if c.HasAttr(name) {
		c.Attr(name, &v)
	}
	return v
}

// yes returns an attribute that is true or false, false if the case has none.
func yes(c *check.Case, name string) (v bool) {
	if c.HasAttr(name) {
		c.Attr(name, &v)
	}
	return v
}

// ignore returns the class that a case leaves out.
func ignore(c *check.Case) *int {
	if c.HasAttr("ignore") {
		return new(c.Int("ignore"))
	}
	return nil
}

// averages by their names in golden cases.
func averaged(c *check.Case) Average {
	return map[string]Average{"macro": Macro, "micro": Micro, "weighted": Weighted}[text(c, "average")]
}

// golden returns an array of a case, nil if it has none.
func golden(c *check.Case, name string) *tensor.Tensor {
	if !c.Has(name) {
		return nil
	}
	if a := c.Array(name); a.DType == "int64" {
		return tensor.Of(a.Int64, a.Shape...)
	}
	return tensor.Of(c.Float32(name), c.Shape(name)...)
}

func wantValue(t *testing.T, when string, m Metric, want float64) {
	t.Helper()
	if got := m.Value(); math.Abs(got-want) > 1e-9*max(1, math.Abs(want)) || math.IsNaN(got) != math.IsNaN(want) {
		t.Errorf("%s: %v, want %v", when, got, want)
	}
}

type stranger struct{}

func (stranger) Name() string            { return "" }
func (stranger) Add(_, _ *tensor.Tensor) {}
func (stranger) Merge(Metric)            {}
func (stranger) Value() float64          { return 0 }
func (stranger) Reset()                  {}

// logits are four rows of three classes: the largest are 0, 1, 2 and, of equals, 0; the second largest 1, 2, 0, 1.
var (
	logits  = tensor.Of([]float32{3, 2, 1, 0, 5, 1, -1, -2, 0, 1, 1, 0}, 4, 3)
	classes = tensor.Of([]int64{0, 2, 2, 1})
)

var _ = register(sample{
	name:   "Accuracy/classes",
	fresh:  func() Metric { return &Accuracy{} },
	golden: "Accuracy",
	called: "accuracy", prediction: logits, target: classes, value: 0.5,
	misuse: []misuse{
		{logits, tensor.Of([]int64{1, 2, 0}), "Accuracy: predictions of shape [4 3] do not fit targets int64 [3]"},
		{logits, tensor.Zeros(4), "do not fit targets float32 [4]"},
	},
})

var _ = register(sample{
	name:   "Accuracy/ignore",
	fresh:  func() Metric { return &Accuracy{Ignore: new(2)} },
	called: "accuracy", prediction: logits, target: tensor.Of([]int64{0, 2, 0, 0}), value: 2. / 3,
})

var _ = register(sample{
	name:   "Accuracy/axis",
	fresh:  func() Metric { return &Accuracy{Axis: 1} },
	called: "accuracy", prediction: tensor.Stack(2, logits, logits), target: tensor.Stack(1, classes, classes), value: 0.5,
})

var _ = register(sample{
	name:   "Accuracy/yes or no",
	fresh:  func() Metric { return &Accuracy{} },
	called: "accuracy", prediction: tensor.Of([]float32{0.1, -3, 2, 0}, 4, 1), target: tensor.Of([]float32{1, 0, 0, 0}), value: 0.75,
})

var _ = register(sample{
	name:   "Accuracy/booleans",
	fresh:  func() Metric { return &Accuracy{} },
	called: "accuracy", prediction: tensor.Of([]float32{0.1, -3, 2, 0}), target: tensor.Of([]bool{true, true, true, false}), value: 0.75,
})

var _ = register(sample{
	name:   "Accuracy/decided",
	fresh:  func() Metric { return &Accuracy{} },
	called: "accuracy", prediction: tensor.Of([]int64{4, 1, 2}), target: tensor.Of([]int64{4, 2, 2}), value: 2. / 3,
})

var _ = register(sample{
	name:   "TopK/two",
	fresh:  func() Metric { return &TopK{K: 2} },
	golden: "TopK",
	like:   func(c *check.Case) Metric { return &TopK{K: c.Int("k")} },
	called: "top2", prediction: logits, target: tensor.Of([]int64{2, 2, 0, 1}), value: 0.75,
	misuse: []misuse{
		{logits, tensor.Of([]int64{0, 1, 2, 3}), "TopK: the class 3 is not among the 3 of the logits"},
		{logits, tensor.Of([]int64{1, 2, 0}), "do not fit"},
	},
})

var _ = register(sample{
	name:   "TopK/five, ignore",
	fresh:  func() Metric { return &TopK{Ignore: new(-1)} },
	called: "top5", prediction: logits, target: tensor.Of([]int64{-1, 2, 0, 1}), value: 1,
})

var _ = register(sample{
	name:   "TopK/yes or no",
	fresh:  func() Metric { return &TopK{K: 1} },
	called: "top1", prediction: tensor.Of([]float32{0.1, -3, 2, 0}, 4, 1), target: tensor.Of([]int64{1, 0, 0, 0}), value: 0.75,
})

var _ = register(sample{
	name:   "TopK/NaN",
	fresh:  func() Metric { return &TopK{K: 1} },
	called: "top1", prediction: tensor.Of([]float32{float32(math.NaN()), 1}, 1, 2), target: tensor.Of([]int64{0}, 1), value: 0,
})

var _ = register(sample{
	name:   "Confusion",
	fresh:  func() Metric { return &Confusion{} },
	golden: "Confusion",
	called: "confusion", prediction: logits, target: classes, value: 0.5,
	misuse: []misuse{{tensor.Of([]int64{0}, 1), tensor.Of([]int64{-1}, 1), "a target of class -1"}},
})

var _ = register(sample{
	name:   "Confusion/yes or no",
	fresh:  func() Metric { return &Confusion{Names: []string{"no", "yes"}} },
	called: "confusion", prediction: tensor.Of([]float32{-1, -1, 1}), target: tensor.Of([]int64{0, 1, 1}), value: 2. / 3,
})

func TestConfusionByClass(t *testing.T) {
	c := Confusion{Names: []string{"cat", "dog"}}
	c.Add(tensor.Of([]int64{0, 0, 0, 1, 2}), tensor.Of([]int64{0, 0, 1, 1, 0}))
	if c.Classes() != 3 || c.Count(0, 0) != 2 || c.Count(1, 0) != 1 || c.Count(0, 2) != 1 || c.Count(9, 9) != 0 {
		t.Errorf("counts are wrong:\n%v", &c)
	}
	for _, v := range []struct {
		what      string
		got, want float64
	}{
		{"precision of 0", c.Precision(0), 2. / 3},
		{"recall of 0", c.Recall(0), 2. / 3},
		{"F1 of 0", c.F1(0), 2. / 3},
		{"precision of 1", c.Precision(1), 1},
		{"recall of 1", c.Recall(1), 0.5},
		{"F1 of 1", c.F1(1), 2. / 3},
		{"precision of 2", c.Precision(2), 0},
	} {
		if math.Abs(v.got-v.want) > 1e-12 {
			t.Errorf("%s is %v, want %v", v.what, v.got, v.want)
		}
	}
	if r := c.Recall(2); !math.IsNaN(r) {
		t.Errorf("recall of a class that is no target is %v", r)
	}
	const table = `
     target   cat    dog    2  recall
        cat     2      0    1    66.7
        dog     1      1    0    50.0
          2     0      0    0       –
  precision  66.7  100.0  0.0    60.0
`
	if got := "\n" + c.String(); got != table {
		t.Errorf("the table is%s\nwant%s", got, table)
	}
}

// TestHalfPrecision: 16-bit predictions count like others.
func TestHalfPrecision(t *testing.T) {
	var a Accuracy
	a.Add(logits.Cast(device.BFloat16), classes)
	if a.Value() != 0.5 || a.Count() != 4 {
		t.Errorf("%v over %d", a.Value(), a.Count())
	}
}
