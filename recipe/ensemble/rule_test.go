package ensemble

import (
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

func rows(x ...float64) *tensor.Tensor { return tensor.Of(x, 1, len(x)) }

// What each rule makes of three members is computed by hand.
func TestRules(t *testing.T) {
	classes := []*tensor.Tensor{rows(0.6, 0.3, 0.1), rows(0.2, 0.7, 0.1), rows(0.5, 0.1, 0.4)}
	numbers := []*tensor.Tensor{rows(1, 10), rows(2, 40), rows(6, 20)}
	for _, c := range []struct {
		rule    Rule
		of      []*tensor.Tensor
		classes bool
		want    []float64
	}{
		{Rule{How: Average}, classes, true, []float64{1.3 / 3, 1.1 / 3, 0.2}},
		{Rule{How: Weighted, Weights: []float64{0.5, 0.5, 0}}, classes, true, []float64{0.4, 0.5, 0.1}},
		{Rule{How: Vote}, classes, true, []float64{(2 + 1.3/3) / 4, (1 + 1.1/3) / 4, 0.05}},
		{Rule{How: Stacking, Stack: &Stack{ // the second member alone
			Weight: [][]float64{{0, 0, 0, 1, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 1, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 1, 0, 0, 0}}, Bias: []float64{0, 0, 0},
		}}, classes, true, []float64{0.2, 0.7, 0.1}},
		{Rule{How: Average}, numbers, false, []float64{3, 70. / 3}},
		{Rule{How: Vote}, numbers, false, []float64{2, 20}},
		{Rule{How: Vote}, numbers[:2], false, []float64{1.5, 25}},
		{Rule{How: Stacking, Stack: &Stack{Weight: [][]float64{{1, 0, 1}, {0, 2, 0}}, Bias: []float64{-1, 0}}}, numbers, false, []float64{6, 80}},
	} {
		got := tensor.Values[float64](c.rule.Combine(c.of, c.classes))
		for i, v := range got {
			if math.Abs(v-c.want[i]) > 1e-6 {
				t.Errorf("%s of %d members: %v, want %v", c.rule.How, len(c.of), got, c.want)
				break
			}
		}
	}
}

// noisy returns the probabilities of two classes that a member gives to n examples, of which a share is turned round.
func noisy(y []int64, wrong float64, key rng.Key) *tensor.Tensor {
	p := make([]float64, 0, 2*len(y))
	for i, c := range y {
		one := 0.9
		if key.Float64At(uint64(i)) < wrong {
			one = 0.1
		}
		if c == 0 {
			one = 1 - one
		}
		p = append(p, 1-one, one)
	}
	return tensor.Of(p, len(y), 2)
}

func targets(n int) []int64 {
	y := make([]int64, n)
	for i := range y {
		y[i] = int64(rng.KeyOf(5).IntnAt(uint64(i), 2))
	}
	return y
}

// A member that knows nothing gets hardly a weight, and no other weights make the targets likelier.
func TestWeightsAreTheLikeliest(t *testing.T) {
	y := targets(400)
	z := []*tensor.Tensor{noisy(y, 0.1, rng.KeyOf(1)), noisy(y, 0.5, rng.KeyOf(2)), noisy(y, 0.1, rng.KeyOf(3))}
	r := Rule{How: Weighted}
	if err := r.fit(t.Context(), z, tensor.Of(y), true); err != nil {
		t.Fatal(err)
	}
	if r.Weights[1] > 0.05 || r.Weights[0] < 0.3 || r.check(3, 2) != nil {
		t.Errorf("weights %v", r.Weights)
	}
	best := likelihood(&r, z, y)
	for i := range 3 {
		for j := range 3 {
			moved := Rule{How: Weighted, Weights: slices.Clone(r.Weights)}
			d := min(0.01, moved.Weights[i])
			moved.Weights[i] -= d
			moved.Weights[j] += d
			if l := likelihood(&moved, z, y); l > best+1e-6 {
				t.Errorf("weights %v are likelier: %v, not %v", moved.Weights, l, best)
			}
		}
	}
}

func likelihood(r *Rule, z []*tensor.Tensor, y []int64) (sum float64) {
	p := tensor.Values[float64](r.Combine(z, true))
	for i, c := range y {
		sum += math.Log(p[2*i+int(c)])
	}
	return sum / float64(len(y))
}

// Members' errors of known sizes: the weights are in inverse proportion to their squares, and a member that is off to the same
// side as another but further gets none.
func TestWeightsOfNumbers(t *testing.T) {
	const n = 4000
	y, a, b, c := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range y {
		s := rng.KeyOf(uint64(i)).Source()
		y[i] = 10 * s.Normal()
		a[i], b[i] = y[i]+s.Normal(), y[i]+2*s.Normal()
		c[i] = y[i] + 3*(a[i]-y[i])
	}
	column := func(x []float64) *tensor.Tensor { return tensor.Of(x, n, 1) }
	r := Rule{How: Weighted}
	if err := r.fit(t.Context(), []*tensor.Tensor{column(a), column(b), column(c)}, column(y), false); err != nil {
		t.Fatal(err)
	}
	if math.Abs(r.Weights[0]-0.8) > 0.03 || math.Abs(r.Weights[1]-0.2) > 0.03 || r.Weights[2] > 1e-6 {
		t.Errorf("weights %v, want 0.8, 0.2 and 0", r.Weights)
	}
	stack := Rule{How: Stacking}
	shifted := column(a).Scale(0.5).AddScalar(7) // which a stack can put right
	if err := stack.fit(t.Context(), []*tensor.Tensor{shifted, shifted}, column(y), false); err != nil {
		t.Fatal(err)
	}
	got := tensor.Values[float64](stack.Combine([]*tensor.Tensor{shifted, shifted}, false))
	if s := stack.Stack; math.Abs(s.Weight[0][0]-s.Weight[0][1]) > 1e-3 || math.Abs(s.Weight[0][0]-1) > 0.05 {
		t.Errorf("equal members have the weights %v", s.Weight)
	}
	sum := 0.0
	for i := range y {
		sum += (got[i] - y[i]) * (got[i] - y[i]) / n
	}
	if sum > 1.1 {
		t.Errorf("the stack's squared error is %v, and 1 can be had", sum)
	}
}

// Stacking puts right a member that takes classes for each other, and with few examples stays near the average.
func TestStackingOfClasses(t *testing.T) {
	y := targets(300)
	turned := make([]int64, len(y))
	for i := range y {
		turned[i] = 1 - y[i]
	}
	z := []*tensor.Tensor{noisy(turned, 0.05, rng.KeyOf(1)), noisy(y, 0.4, rng.KeyOf(2))}
	r := Rule{How: Stacking}
	if err := r.fit(t.Context(), z, tensor.Of(y), true); err != nil {
		t.Fatal(err)
	}
	if l := likelihood(&r, z, y); l < -0.25 || r.check(2, 2) != nil {
		t.Errorf("log-likelihood %v; a stack that trusts the opposite of the first has about -0.2", l)
	}
	few := Rule{How: Stacking}
	small := []*tensor.Tensor{z[0].Slice(0, 0, 1), z[1].Slice(0, 0, 1)}
	if err := few.fit(t.Context(), small, tensor.Of(y[:1], 1), true); err != nil {
		t.Fatal(err)
	}
	if w := few.Stack.Weight[0][0]; math.Abs(w-0.5) > 0.3 {
		t.Errorf("one example moves a weight from 0.5 to %v", w)
	}
}

// Where the average is as good as can be, a stack that learns from few examples stays with it: cross-validation chooses a
// strong ridge.
func TestStackingDoesNotLearnNoise(t *testing.T) {
	const k = 8
	make8 := func(n int, seed uint64) (z []*tensor.Tensor, y []int64) {
		s := rng.KeyOf(seed).Source()
		p := [2][]float64{}
		for range n {
			right := s.Intn(k)
			y = append(y, int64(right))
			for m := range p {
				said := right
				if s.Float64() > 0.65 {
					said = s.Intn(k)
				}
				for c := range k {
					p[m] = append(p[m], map[bool]float64{true: 0.65, false: 0.05}[c == said])
				}
			}
		}
		return []*tensor.Tensor{tensor.Of(p[0], n, k), tensor.Of(p[1], n, k)}, y
	}
	z, y := make8(100, 1)
	fresh, want := make8(2000, 2)
	stack := Rule{How: Stacking}
	if err := stack.fit(t.Context(), z, tensor.Of(y), true); err != nil {
		t.Fatal(err)
	}
	l := newLesson(fresh, tensor.Of(want), true)
	weak, err := newLesson(z, tensor.Of(y), true).fit(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	average := 0.0
	for i, p := range tensor.Values[float64]((&Rule{How: Average}).Combine(fresh, true)) {
		if i%k == int(want[i/k]) {
			average -= math.Log(p) / 2000
		}
	}
	got, bad := l.loss(stack.Stack)/2000, l.loss(weak)/2000
	t.Logf("negative log-likelihood %.3f, of the average %.3f, of a weak ridge %.3f", got, average, bad)
	if got > average+0.05 || bad < got+0.05 {
		t.Errorf("negative log-likelihood %.3f, of the average %.3f, of a weak ridge %.3f", got, average, bad)
	}
}
