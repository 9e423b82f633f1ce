package op_test

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

func bilinear(x []*tensor.Tensor) *tensor.Tensor { return op.Bilinear(x[0], x[1], x[2], x[3]) }

func distance(p, eps float64) call {
	return func(x []*tensor.Tensor) *tensor.Tensor { return op.PairwiseDistance(x[0], x[1], p, eps) }
}

func cosine(axis int, eps float64) call {
	return func(x []*tensor.Tensor) *tensor.Tensor { return op.CosineSimilarity(x[0], x[1], axis, eps) }
}

func bag(c op.BagConfig) call {
	return func(x []*tensor.Tensor) *tensor.Tensor {
		var weights *tensor.Tensor
		if len(x) > 2 {
			weights = x[2]
		}
		return op.EmbeddingBag(x[0], x[1], weights, c)
	}
}

func goldenBag(c *check.Case) call {
	var b op.BagConfig
	var mode string
	c.Attr("mode", &mode)
	if c.HasAttr("skip") {
		c.Attr("skip", &b.Skip)
	}
	b.Mode = op.BagMode(mode)
	return bag(b)
}

func localResponse(c op.LocalResponseConfig) call {
	return one(func(x *tensor.Tensor) *tensor.Tensor { return op.LocalResponseNorm(x, c) })
}

func instanceNorm(x []*tensor.Tensor) *tensor.Tensor { return op.InstanceNorm(x[0], x[1], x[2], 1e-5) }

// iterated is both vectors in one.
func iterated(steps int) call {
	return func(x []*tensor.Tensor) *tensor.Tensor {
		u, v := op.PowerIteration(x[0].Detach(), x[1].Detach(), steps, 1e-12)
		return tensor.Concat(0, u, v)
	}
}

var _ = []bool{
	register(sample{
		name: "Bilinear", in: list(wave(2, 3), wave(2, 4), wave(3, 3, 4), wave(3)), shape: []int{2, 3}, call: bilinear,
		golden: "Bilinear/", names: []string{"x", "z", "weight", "bias"},
		misuse: []misuse{
			{"Bilinear: weight [1 2 3] does not fit [2 3] and [2 2]", func() { op.Bilinear(wave(2, 3), wave(2, 2), wave(1, 2, 3), nil) }},
			{"Bilinear: bias [2] does not fit the first axis", func() { op.Bilinear(wave(2, 3), wave(2, 2), wave(1, 3, 2), wave(2)) }},
		},
	}),
	register(sample{
		name: "CosineSimilarity", in: list(wave(2, 3), wave(2, 3)), shape: []int{2}, call: cosine(-1, 1e-8),
		golden: "CosineSimilarity/", names: []string{"x", "z"},
		attrs:  func(c *check.Case) call { return cosine(c.Int("axis"), c.Float("eps")) },
		misuse: []misuse{{"CosineSimilarity: no axis 2 in shape [2 3]", func() { op.CosineSimilarity(wave(2, 3), wave(2, 3), 2, 0) }}},
	}),
	register(sample{
		name: "UnitNorm", in: list(wave(2, 3, 2)), shape: []int{2, 3, 2}, golden: "UnitNorm/", names: []string{"x"},
		call: one(func(x *tensor.Tensor) *tensor.Tensor { return op.UnitNorm(x, 1, 1e-12) }),
		attrs: func(c *check.Case) call {
			return one(func(x *tensor.Tensor) *tensor.Tensor { return op.UnitNorm(x, c.Int("axis"), c.Float("eps")) })
		},
	}),
	register(sample{
		name: "PairwiseDistance", in: list(wave(3, 4), wave(4).Scale(0.5)), shape: []int{3}, call: distance(2, 1e-6),
		golden: "PairwiseDistance/", names: []string{"x", "z"},
		attrs: func(c *check.Case) call {
			p := c.Float("p")
			if p > 1e200 {
				p = math.Inf(1)
			}
			return distance(p, c.Float("eps"))
		},
		misuse: []misuse{{"PairwiseDistance: p is 0 for [2 3]; want 1 or more", func() { op.PairwiseDistance(wave(2, 3), wave(2, 3), 0, 0) }}},
	}),
	register(sample{
		name: "EmbeddingBag", in: list(wave(5, 3), ids(5, 2, 4)), shape: []int{2, 3}, call: bag(op.BagConfig{Skip: []int64{3}}),
		golden: "EmbeddingBag/", names: []string{"weight", "index", "weights"}, attrs: goldenBag,
		misuse: []misuse{
			{`EmbeddingBag: no mode "min"`, func() { op.EmbeddingBag(wave(5, 3), ids(5, 2, 4), nil, op.BagConfig{Mode: "min"}) }},
			{`in mode "mean"; want one for each id, and the sum`, func() { op.EmbeddingBag(wave(5, 3), ids(5, 4), wave(4), op.BagConfig{Mode: "mean"}) }},
			{"EmbeddingBag: the ids are float64", func() { op.EmbeddingBag(wave(5, 3), wave(4), nil, op.BagConfig{}) }},
		},
	}),
	register(sample{name: "EmbeddingBag/sum", in: list(wave(5, 3), ids(5, 2, 4), wave(2, 4)), shape: []int{2, 3}, call: bag(op.BagConfig{Mode: op.BagSum})}),
	register(sample{name: "EmbeddingBag/max", in: list(wave(5, 3), ids(5, 2, 3)), shape: []int{2, 3}, call: bag(op.BagConfig{Mode: op.BagMax})}),
	register(sample{
		name: "InstanceNorm", in: list(wave(2, 3, 4), wave(3), wave(3)), shape: []int{2, 3, 4}, call: instanceNorm,
		golden: "InstanceNorm/", names: []string{"x", "gain", "bias"},
		misuse: []misuse{{"InstanceNorm: shape [2 3 1] is not [n c …] with two or more elements a channel", func() { op.InstanceNorm(wave(2, 3, 1), nil, nil, 1e-5) }}},
	}),
	register(sample{
		name: "LocalResponseNorm", in: list(wave(2, 4, 2)), shape: []int{2, 4, 2}, call: localResponse(op.LocalResponseConfig{Size: 3, Alpha: 0.5}),
		golden: "LocalResponseNorm/", names: []string{"x"}, attrs: func(c *check.Case) call {
			return localResponse(op.LocalResponseConfig{Size: c.Int("size"), Alpha: c.Float("alpha"), Beta: c.Float("beta"), K: c.Float("k")})
		},
		misuse: []misuse{{"LocalResponseNorm: a window of 5 over the channels of [3]", func() { op.LocalResponseNorm(wave(3), op.LocalResponseConfig{Size: 5}) }}},
	}),
	register(sample{
		name: "WeightNorm", in: list(wave(3, 4), wave(3)), shape: []int{3, 4}, golden: "WeightNorm/", names: []string{"v", "gain"},
		call:   func(x []*tensor.Tensor) *tensor.Tensor { return op.WeightNorm(x[0], x[1]) },
		misuse: []misuse{{"WeightNorm: length [2] does not fit the first axis of [3 4]", func() { op.WeightNorm(wave(3, 4), wave(2)) }}},
	}),
	register(sample{
		name: "WeightStandard", in: list(wave(3, 4)), shape: []int{3, 4}, golden: "WeightStandard/", names: []string{"v"},
		call:   one(func(v *tensor.Tensor) *tensor.Tensor { return op.WeightStandard(v, 1e-5) }),
		misuse: []misuse{{"WeightStandard: weight [3] is not [out …]", func() { op.WeightStandard(wave(3), 1e-5) }}},
	}),
	register(sample{
		name: "SpectralNorm", in: list(wave(3, 2, 2)), shape: []int{3, 2, 2},
		call: one(func(w *tensor.Tensor) *tensor.Tensor {
			u := w.FullLike(0.6, 3)
			return op.SpectralNorm(w, u, w.FullLike(0.5, 4))
		}),
		golden: "SpectralNorm/", names: []string{"w", "u", "v"}, attrs: func(*check.Case) call {
			return func(x []*tensor.Tensor) *tensor.Tensor { return op.SpectralNorm(x[0], x[1], x[2]) }
		},
		misuse: []misuse{{"SpectralNorm: u [4] does not fit the rows of [3 4]", func() { op.SpectralNorm(wave(3, 4), wave(4), wave(3)) }}},
	}),
	register(sample{
		name: "PowerIteration", in: list(wave(3, 4), wave(3)), shape: []int{7}, order: -1, call: iterated(2),
		golden: "PowerIteration/", names: []string{"w", "u"}, attrs: func(c *check.Case) call { return iterated(c.Int("steps")) },
		misuse: []misuse{
			{"PowerIteration: 0 steps for [3 4]; want 1 or more", func() { op.PowerIteration(wave(3, 4), wave(3), 0, 0) }},
			{"PowerIteration", func() { op.PowerIteration(wave(3, 4).Watch(), wave(3), 1, 0) }},
		},
	}),
}

// After many steps the norm is the largest singular value: that of a diagonal matrix is known.
func TestSpectralNormOfADiagonal(t *testing.T) {
	w := tensor.Of([]float64{2, 0, 0, 0, -5, 0}, 2, 3)
	u, v := op.PowerIteration(w, tensor.Of([]float64{0.6, 0.8}), 30, 1e-12)
	if y := op.SpectralNorm(w, u, v); math.Abs(tensor.Values[float64](y)[4]+1) > 1e-9 {
		t.Errorf("w / σ is %v", y)
	}
}

// drops are the operations that draw, with the shape of what falls together.
var drops = map[string]struct {
	f     func(x *tensor.Tensor, rate float64, key rng.Key) *tensor.Tensor
	whole int // axes that share a draw
}{
	"ChannelDropout":      {op.ChannelDropout, 1},
	"DropPath":            {op.DropPath, 2},
	"AlphaDropout":        {op.AlphaDropout, 0},
	"ChannelAlphaDropout": {op.ChannelAlphaDropout, 1},
	"GaussianDropout":     {op.GaussianDropout, 0},
	"GaussianNoise":       {op.GaussianNoise, 0},
}

func dropping(f func(x *tensor.Tensor, rate float64, key rng.Key) *tensor.Tensor, rate float64) call {
	return one(func(x *tensor.Tensor) *tensor.Tensor { return f(x, rate, 5) })
}

var _ = []bool{
	register(sample{name: "ChannelDropout", in: list(wave(3, 4, 2)), shape: []int{3, 4, 2}, call: dropping(op.ChannelDropout, 0.4), misuse: []misuse{
		{"ChannelDropout: rate 1 for shape [2 3]; want 0 ≤ rate < 1", func() { op.ChannelDropout(wave(2, 3), 1, 5) }},
		{"ChannelDropout: shape [3] has no 2 axes in front", func() { op.ChannelDropout(wave(3), 0.5, 5) }},
	}}),
	register(sample{name: "DropPath", in: list(wave(5, 3)), shape: []int{5, 3}, call: dropping(op.DropPath, 0.4)}),
	register(sample{name: "AlphaDropout", in: list(wave(3, 4)), shape: []int{3, 4}, call: dropping(op.AlphaDropout, 0.4)}),
	register(sample{name: "ChannelAlphaDropout", in: list(wave(3, 4, 2)), shape: []int{3, 4, 2}, call: dropping(op.ChannelAlphaDropout, 0.4)}),
	register(sample{name: "GaussianDropout", in: list(wave(3, 4)), shape: []int{3, 4}, call: dropping(op.GaussianDropout, 0.4), misuse: []misuse{
		{"GaussianDropout: rate -1 for shape [2]", func() { op.GaussianDropout(wave(2), -1, 5) }},
	}}),
	register(sample{name: "GaussianNoise", in: list(wave(3, 4)), shape: []int{3, 4}, call: dropping(op.GaussianNoise, 0.4), misuse: []misuse{
		{"GaussianNoise: standard deviation -1 for shape [2]", func() { op.GaussianNoise(wave(2), -1, 5) }},
	}}),
}

// Mean and variance of standard normal numbers after each operation are those that its definition gives; the same key gives the
// same, another another.
func TestMomentsOfDropping(t *testing.T) {
	const n, rate = 40000, 0.3
	z := make([]float32, n)
	rng.KeyOf(1).Normal(z)
	for name, d := range drops {
		x := tensor.Of(z, n, 1, 1)
		if d.whole == 1 {
			x = x.Reshape(n/100, 100, 1)
		}
		y := d.f(x, rate, 5)
		want := 1 / (1 - rate) // E[x²·m²] with E[m] = 1
		switch name {
		case "AlphaDropout", "ChannelAlphaDropout":
			want = 1
		case "GaussianNoise":
			want = 1 + rate*rate
		}
		if m, v := y.Mean().Item(), y.Variance().Item(); math.Abs(m) > 0.03 || math.Abs(v-want) > 0.05 {
			t.Errorf("%s: mean %.3f, variance %.3f; want 0 and %.3f", name, m, v, want)
		}
		if !equal(d.f(x, rate, 5), y) || equal(d.f(x, rate, 6), y) {
			t.Errorf("%s: not the key alone decides", name)
		}
		if !equal(d.f(x, 0, 5), x) {
			t.Errorf("%s: rate 0 changes x", name)
		}
		if wide := d.f(x.Cast(device.Float64), rate, 5).Cast(device.Float32); wide.Sub(y).Abs().Max().Item() > 1e-5 {
			t.Errorf("%s: another type draws others", name)
		}
	}
}

func equal(a, b *tensor.Tensor) bool { return a.Sub(b).Abs().Max().Item() == 0 }

// What falls together is 0 as a whole.
func TestDroppedTogether(t *testing.T) {
	for name, axes := range map[string][]int{"ChannelDropout": {2}, "DropPath": {1, 2}} {
		y := drops[name].f(tensor.Ones(30, 8, 5), 0.5, 3)
		lo, hi := y.Min(axes...), y.Max(axes...)
		if !equal(lo, hi) || hi.Sum().Item() == 0 || lo.Min().Item() != 0 || hi.Max().Item() != 2 {
			t.Errorf("%s does not drop whole ones", name)
		}
	}
}
