package nn_test

import (
	"math"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// spread returns mean, standard deviation and largest magnitude.
func spread(x *tensor.Tensor) (mean, std, most float64) {
	var sum, squares float64
	for _, v := range x.Floats() {
		sum += float64(v)
		squares += float64(v) * float64(v)
		most = max(most, math.Abs(float64(v)))
	}
	n := float64(x.Len())
	return sum / n, math.Sqrt(squares/n - sum/n*sum/n), most
}

func TestTruncatedInitializers(t *testing.T) {
	shape := []int{64, 32, 3, 3} // fan in 288, fan out 576
	for name, c := range map[string]struct {
		init      nn.Init
		std, most float64
	}{
		"TruncatedNormal":         {nn.TruncatedNormal(0.5), 0.5 * 0.8796256610342398, 1},
		"LeCunNormal":             {nn.LeCunNormal(), 1 / math.Sqrt(288), 2 / math.Sqrt(288) / 0.8796256610342398},
		"LeCunUniform":            {nn.LeCunUniform(), 1 / math.Sqrt(288), math.Sqrt(3.0 / 288)},
		"VarianceScaling/fan_in":  {nn.VarianceScaling(2, "fan_in", true), math.Sqrt(2.0 / 288), 2 * math.Sqrt(2.0/288) / 0.8796256610342398},
		"VarianceScaling/fan_out": {nn.VarianceScaling(1, "fan_out", false), math.Sqrt(1.0 / 576), math.Sqrt(3.0 / 576)},
		"VarianceScaling/fan_avg": {nn.VarianceScaling(1, "fan_avg", false), math.Sqrt(1.0 / 432), math.Sqrt(3.0 / 432)},
	} {
		statistics(t, name)
		mean, std, most := spread(c.init(rng.KeyOf(4), shape...))
		if math.Abs(std/c.std-1) > 0.02 || math.Abs(mean) > 4*c.std/math.Sqrt(18432) || most > c.most*1.0001 || most < 0.99*c.most {
			t.Errorf("%s: mean %.3g, deviation %.4g, largest %.4g; want 0, %.4g, %.4g", name, mean, std, most, c.std, c.most)
		}
	}
}

// TestOrthogonal: the rows, or the columns if there are more rows, are of length gain and at right angles.
func TestOrthogonal(t *testing.T) {
	statistics(t, "Orthogonal")
	for _, shape := range [][]int{{5, 7}, {7, 5}, {6, 6}, {4, 3, 3}, {1, 1}} {
		x := nn.Orthogonal(1.5)(rng.KeyOf(3), shape...).Reshape(shape[0], -1)
		if x.Dim(0) > x.Dim(1) {
			x = x.T()
		}
		isIdentity(t, x.MatMul(x.T()).Scale(1/2.25))
	}
}

func isIdentity(t *testing.T, x *tensor.Tensor) {
	t.Helper()
	n := x.Dim(0)
	for i, v := range x.Floats() {
		want := 0.0
		if i%(n+1) == 0 {
			want = 1
		}
		if math.Abs(float64(v)-want) > 1e-6 {
			t.Errorf("element %d is %v, want %v", i, v, want)
		}
	}
}

// TestDeltaOrthogonal: a convolution by it keeps the length of every input.
func TestDeltaOrthogonal(t *testing.T) {
	statistics(t, "DeltaOrthogonal")
	x := nn.DeltaOrthogonal(1)(rng.KeyOf(3), 5, 3, 3, 3)
	middle := x.Select(3, 1).Select(2, 1) // [5 3]
	isIdentity(t, middle.T().MatMul(middle))
	if got, want := x.Square().Sum().Item(), middle.Square().Sum().Item(); got != want {
		t.Errorf("%v outside of the middle", got-want)
	}
}

// TestIdentity: layers that begin so hand on their input.
func TestIdentity(t *testing.T) {
	statistics(t, "Identity")
	r := rng.New(1)
	l := nn.NewLinearNoBias(r, 4, 4)
	nn.Reset(&l.Weight, nn.Identity(1, 1), 0)
	c := nn.NewConv2d(r, 4, 4, 3, nn.ConvConfig{Pad: 1, NoBias: true, Groups: 2})
	nn.Reset(&c.Weight, nn.Identity(2, 2), 0)
	x, y := smooth(2, 4), smooth(2, 4, 3, 5)
	if d := evaluate(l, x).Sub(x).Abs().Max().Item(); d != 0 {
		t.Errorf("the linear layer changes its input by %v", d)
	}
	if d := evaluate(c, y).Sub(y.Scale(2)).Abs().Max().Item(); d > 1e-6 {
		t.Errorf("the convolution is off by %v", d)
	}
}

func TestSparse(t *testing.T) {
	statistics(t, "Sparse")
	x := nn.Sparse(0.33, 0.01)(rng.KeyOf(3), 10, 300)
	zeros := x.Equal(tensor.Zeros(10, 300)).Cast(x.DType()).Sum(0)
	if zeros.Min().Item() != 4 || zeros.Max().Item() != 4 {
		t.Errorf("columns have %v to %v zeros, want 4", zeros.Min().Item(), zeros.Max().Item())
	}
	if rows := x.Equal(tensor.Zeros(10, 300)).Cast(x.DType()).Sum(1); rows.Min().Item() < 80 {
		t.Errorf("a row has only %v zeros of the 1200; want them spread", rows.Min().Item())
	}
	if _, std, _ := spread(x); math.Abs(std/(0.01*math.Sqrt(0.6))-1) > 0.05 {
		t.Errorf("deviation %v", std)
	}
}

func TestInitializerMisuse(t *testing.T) {
	for says, call := range map[string]func(){
		"has no rows and columns":       func() { nn.Orthogonal(1)(0, 3) },
		"at least as many out as in":    func() { nn.DeltaOrthogonal(1)(0, 3, 4, 3) },
		"has no middle":                 func() { nn.DeltaOrthogonal(1)(0, 4, 4, 2) },
		"a multiple of 2 groups":        func() { nn.Identity(1, 2)(0, 3, 3) },
		"want [out in] and 0 to 1":      func() { nn.Sparse(2, 1)(0, 3, 3) },
		`there is no mode "fan"`:        func() { nn.VarianceScaling(1, "fan", true) },
		"shape [-1 2] has a negative l": func() { nn.TruncatedNormal(1)(0, -1, 2) },
	} {
		if err := tensor.Catch(call); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
}
