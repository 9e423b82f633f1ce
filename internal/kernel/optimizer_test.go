package kernel

import (
	"math"
	"testing"
)

func init() {
	for name, r := range map[string]SGDRule{
		"SGD":          {LR: 0.1, Scale: 0.5, WeightDecay: 0.01, Momentum: 0.9, Dampening: 0.1},
		"SGD/nesterov": {LR: 0.1, Scale: 1, WeightDecay: 0.01, Momentum: 0.9, Nesterov: true},
		"SGD/first":    {LR: 0.1, Scale: 1, Momentum: 0.9, First: true},
	} {
		register(sample{name: name, slices: 3, run: func(s [][]float32) []float32 {
			SGD(s[0], s[1], s[2], r)
			return nil
		}})
	}
	register(sample{name: "SGD/plain", slices: 2, run: func(s [][]float32) []float32 {
		SGD(s[0], nil, s[1], SGDRule{LR: 0.1, Scale: 0.5, WeightDecay: 0.01, Momentum: 0.9})
		return nil
	}})
	for name, decoupled := range map[string]bool{"Adam": false, "AdamW": true} {
		register(sample{name: name, slices: 4, fill: positive, run: func(s [][]float32) []float32 {
			Adam(s[0], s[1], s[2], s[3], AdamRule{LR: 0.1, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, WeightDecay: 0.01, Step: 3, Scale: 0.5, Decoupled: decoupled})
			return nil
		}})
	}
}

// TestSGDByHand follows the recurrence of PyTorch's documentation for three steps.
func TestSGDByHand(t *testing.T) {
	for _, nesterov := range []bool{false, true} {
		p, v := []float64{1}, []float64{99}
		wantP, wantV := 1.0, 0.0
		for step := range 3 {
			g := 0.3 + 0.1*float64(step)
			SGD64(p, v, []float64{g}, SGDRule{LR: 0.1, Momentum: 0.9, Dampening: 0.2, WeightDecay: 0.05, Scale: 2, First: step == 0, Nesterov: nesterov})
			d := 2*g + 0.05*wantP
			if step == 0 {
				wantV = d
			} else {
				wantV = 0.9*wantV + 0.8*d
			}
			u := wantV
			if nesterov {
				u = d + 0.9*wantV
			}
			wantP -= 0.1 * u
			if math.Abs(p[0]-wantP) > 1e-15 || math.Abs(v[0]-wantV) > 1e-15 {
				t.Fatalf("step %d: p %v, v %v, want %v, %v", step, p[0], v[0], wantP, wantV)
			}
		}
	}
}

// TestAdamByHand follows the recurrence of the papers for five steps.
func TestAdamByHand(t *testing.T) {
	for _, decoupled := range []bool{false, true} {
		p, m, v := []float32{1}, []float32{0}, []float32{0}
		w, m1, v1 := 1.0, 0.0, 0.0
		for step := 1.0; step <= 5; step++ {
			g := math.Sin(step)
			Adam(p, m, v, []float32{float32(g)}, AdamRule{LR: 0.01, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, WeightDecay: 0.1, Step: step, Scale: 1, Decoupled: decoupled})
			if decoupled {
				w -= 0.01 * 0.1 * w
			} else {
				g += 0.1 * w
			}
			m1, v1 = 0.9*m1+0.1*g, 0.999*v1+0.001*g*g
			w -= 0.01 * (m1 / (1 - math.Pow(0.9, step))) / (math.Sqrt(v1/(1-math.Pow(0.999, step))) + 1e-8)
			if math.Abs(float64(p[0])-w) > 1e-6 {
				t.Fatalf("step %v: %v, want %v", step, p[0], w)
			}
		}
	}
}

func BenchmarkOptimizer(b *testing.B) {
	for _, size := range []int{4096, 131072, 16 << 20} {
		p, m, v, g := make([]float32, size), make([]float32, size), make([]float32, size), make([]float32, size)
		Uniform(g, 1, 0)
		copy(p, g) // a page that was never written costs more than the kernel
		copy(m, g)
		copy(v, g)
		sweep(b, "Adam", size, 28, func(l, h int) {
			Adam(p[l:h], m[l:h], v[l:h], g[l:h], AdamRule{LR: 0.1, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, Step: 3, Scale: 1})
		})
		sweep(b, "SGD", size, 20, func(l, h int) {
			SGD(p[l:h], v[l:h], g[l:h], SGDRule{LR: 0.1, Momentum: 0.9, Scale: 1})
		})
	}
}

// TestRulesAllocateNothing checks that a step leaves nothing for the collector.
func TestRulesAllocateNothing(t *testing.T) {
	p, m, v, g := make([]float32, 100), make([]float32, 100), make([]float32, 100), make([]float32, 100)
	n := testing.AllocsPerRun(100, func() {
		SGD(p, v, g, SGDRule{LR: 0.1, Momentum: 0.9, Scale: 1})
		Adam(p, m, v, g, AdamRule{LR: 0.1, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, Step: 3, Scale: 1})
	})
	if n >= 1 { // the collector may empty a pool
		t.Errorf("a step of SGD and one of Adam allocate %v objects", n)
	}
}
