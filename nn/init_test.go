package nn_test

import (
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Each initializer has the spread that its paper asks for.
func TestInitializers(t *testing.T) {
	shape := []int{64, 32, 3, 3} // fan in 288, fan out 576
	relu := nn.Gain(nn.ReLU{})
	for name, c := range map[string]struct {
		init   nn.Init
		std    float64
		within float64 // 0: no bound
	}{
		"Uniform":       {nn.Uniform(-0.5, 0.5), 1 / math.Sqrt(12), 0.5},
		"Normal":        {nn.Normal(0.02), 0.02, 0},
		"XavierUniform": {nn.XavierUniform(1), math.Sqrt(2.0 / 864), math.Sqrt(6.0 / 864)},
		"XavierNormal":  {nn.XavierNormal(nn.Gain(nn.Tanh{})), 5.0 / 3 * math.Sqrt(2.0/864), 0},
		"HeUniform":     {nn.HeUniform(relu), math.Sqrt(2.0 / 288), math.Sqrt(6.0 / 288)},
		"HeNormal":      {nn.HeNormal(relu), math.Sqrt(2.0 / 288), 0},
		"HeNormalOut":   {nn.HeNormalOut(relu), math.Sqrt(2.0 / 576), 0},
	} {
		statistics(t, name)
		x := c.init(rng.KeyOf(4), shape...)
		var sum, squares, most float64
		for _, v := range x.Floats() {
			sum += float64(v)
			squares += float64(v) * float64(v)
			most = max(most, math.Abs(float64(v)))
		}
		n := float64(x.Len())
		if std := math.Sqrt(squares / n); math.Abs(std/c.std-1) > 0.02 || math.Abs(sum/n) > 4*c.std/math.Sqrt(n) {
			t.Errorf("%s: mean %.3g, deviation %.4g; want 0, %.4g", name, sum/n, std, c.std)
		}
		if c.within > 0 && (most > c.within*1.0001 || most < c.within*0.99) {
			t.Errorf("%s: the largest is %g, want a little below %g", name, most, c.within)
		}
		if !slices.Equal(x.Floats(), c.init(rng.KeyOf(4), shape...).Floats()) || slices.Equal(x.Floats(), c.init(rng.KeyOf(5), shape...).Floats()) {
			t.Errorf("%s: the numbers do not follow from the key", name)
		}
	}
	statistics(t, "Constant")
	for _, shape := range [][]int{{}, {1}, {0, 3}, {2, 2}} {
		if got := nn.Constant(1.5)(0, shape...); !slices.Equal(got.Shape(), shape) {
			t.Errorf("Constant of %v has shape %v", shape, got.Shape())
		}
		if got := nn.Normal(1)(0, shape...); !slices.Equal(got.Shape(), shape) {
			t.Errorf("Normal of %v has shape %v", shape, got.Shape())
		}
	}
}

// statistics notes that an initializer is checked by what its numbers are like.
func statistics(t *testing.T, name string) {
	check.Note{Package: "nn", Entry: name, Reference: check.Statistics}.Write(t)
}

// Layers begin as PyTorch's do.
func TestFirstWeights(t *testing.T) {
	bounded := func(what string, x *tensor.Tensor, bound float64) {
		var most float64
		for _, v := range x.Floats() {
			most = max(most, math.Abs(float64(v)))
		}
		if most > bound || most < 0.8*bound {
			t.Errorf("%s: the largest is %g, want a little below %g", what, most, bound)
		}
	}
	r := rng.New(1)
	l := nn.NewLinear(r, 100, 50)
	bounded("Linear.Weight", l.Weight.Value, 0.1)
	bounded("Linear.Bias", l.Bias.Value, 0.1)
	c := nn.NewConv2d(r, 4, 32, 5, nn.ConvConfig{Groups: 2})
	bounded("Conv2d.Weight", c.Weight.Value, 1/math.Sqrt(50))
	bounded("Conv2d.Bias", c.Bias.Value, 1/math.Sqrt(50))
	if slices.Equal(nn.NewLinear(r, 3, 3).Weight.Value.Floats(), nn.NewLinear(r, 3, 3).Weight.Value.Floats()) {
		t.Error("two layers begin alike")
	}
	if !slices.Equal(nn.NewLinear(rng.New(8), 3, 3).Weight.Value.Floats(), nn.NewLinear(rng.New(8), 3, 3).Weight.Value.Floats()) {
		t.Error("one seed gives two layers")
	}
	nn.Reset(&l.Weight, nn.Constant(2), r.Next())
	if w := l.Weight.Value; !slices.Equal(w.Shape(), []int{50, 100}) || w.Floats()[0] != 2 {
		t.Errorf("after Reset the weight is %v", w)
	}
}

func TestGain(t *testing.T) {
	for want, l := range map[float64]nn.Layer{
		math.Sqrt2: nn.ReLU{}, 5.0 / 3: nn.Tanh{}, 1: nn.Sigmoid{}, math.Sqrt(2 / 1.25): nn.LeakyReLU{Slope: 0.5},
	} {
		if got := nn.Gain(l); math.Abs(got-want) > 1e-15 {
			t.Errorf("Gain(%T) is %g, want %g", l, got, want)
		}
	}
}

// The softmax of the bias is what was asked for, and what cannot be is refused.
func TestLikely(t *testing.T) {
	for _, c := range []int{2, 3, 29} {
		p := op.Softmax(nn.Likely(c-1, 0.9)(rng.KeyOf(1), c), 0).Floats()
		for i, v := range p {
			want := 0.1 / float64(c-1)
			if i == c-1 {
				want = 0.9
			}
			if math.Abs(float64(v)-want) > 1e-6 {
				t.Errorf("of %d classes, %d has probability %v, not %v", c, i, v, want)
			}
		}
	}
	if v := nn.Likely(0, 0.9)(rng.KeyOf(1), 1).Floats(); v[0] != 0 {
		t.Errorf("the only class has a bias of %v", v)
	}
	for _, make := range []func(){
		func() { nn.Likely(3, 0.9)(rng.KeyOf(1), 3) }, func() { nn.Likely(0, 1)(rng.KeyOf(1), 3) }, func() { nn.Likely(0, 0.9)(rng.KeyOf(1), 3, 3) },
	} {
		if err := tensor.Catch(make); err == nil {
			t.Error("what cannot be was made")
		}
	}
}
