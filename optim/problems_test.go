package optim

import (
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
)

var (
	goldenOnce sync.Once
	goldenAll  map[string]*check.Case
)

// goldens returns all golden cases, read once.
func goldens(t *testing.T) map[string]*check.Case {
	t.Helper()
	goldenOnce.Do(func() { goldenAll = check.GoldenAll(t, "testdata") })
	all := make(map[string]*check.Case, len(goldenAll))
	for name, c := range goldenAll {
		all[name] = c.On(t)
	}
	return all
}

// A problem returns a loss and its gradient.
type problem func(p []float64) (f float64, g []float64)

// problemOf returns the problem of a golden trajectory: see _golden/optimizers.py.
func problemOf(t *testing.T, name string) problem {
	t.Helper()
	kind, _ := strings.CutSuffix(name[strings.LastIndexByte(name, '/')+1:], "_matrix")
	switch kind {
	case "bowl":
		return bowl
	case "rosenbrock":
		return valleys
	case "logistic":
		c := goldens(t)["problem/logistic"]
		return logistic(c.Float64("x"), c.Float64("t"))
	}
	t.Fatalf("no problem %s", kind)
	return nil
}

func bowl(p []float64) (f float64, g []float64) {
	h := []float64{1, 4, 16, 64, 256, 32}
	for i, x := range p {
		f += h[i] / 64 * x * x / 2
		g = append(g, h[i]/64*x)
	}
	return f, g
}

// valleys is Rosenbrock's valley, once for each two numbers.
func valleys(p []float64) (f float64, g []float64) {
	for ; len(p) > 0; p = p[2:] {
		a, b := p[0], p[1]
		r := b - a*a
		f += (1-a)*(1-a) + 100*r*r
		g = append(g, -2*(1-a)-400*a*r, 200*r)
	}
	return f, g
}

func logistic(x, t []float64) problem {
	return func(p []float64) (f float64, g []float64) {
		g = make([]float64, 4)
		n := float64(len(t))
		for i, t := range t {
			row := append(append([]float64(nil), x[3*i:3*i+3]...), 1)
			z := 0.0
			for k, v := range row {
				z += v * p[k]
			}
			f += math.Log1p(math.Exp(-t*z)) / n
			for k, v := range row {
				g[k] -= t * v / (1 + math.Exp(t*z)) / n
			}
		}
		return f, g
	}
}
