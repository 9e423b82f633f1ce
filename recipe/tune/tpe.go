package tune

import (
	"cmp"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/rng"
)

// TPE draws points where good results were frequent and bad ones rare: the tree-structured Parzen estimator.
//
//	ℓ(x), g(x)     densities of the points whose loss is among the best γ, and of the others
//	x = argmax ℓ(x)/g(x)     over candidates that are drawn from ℓ, for each dimension by itself
//
// γ(n) is a tenth of n observations, at most 25. The first points are drawn at random. A key that depends on another, such as
// the channels of an architecture, is judged by the trials that had it. The densities are those of Optuna, which has them from
// Hyperopt: a normal distribution around each observation, as wide as the way to its neighbour, cut off at the ends of the range,
// and a wide one for what is not known; of more than 25 observations the older ones count less.
//
// Bergstra, Bardenet, Bengio and Kégl, Algorithms for Hyper-Parameter Optimization, 2011, section 4; Watanabe,
// Tree-Structured Parzen Estimator, 2023 (arXiv:2304.11127).
type TPE struct {
	Startup    int // points that are drawn at random first; 10 if 0
	Candidates int // 24 if 0
}

// Draw returns the next point, given the observations in the order of their trials and the points of trials that are under
// way: those are taken to turn out bad, so that none is tried twice.
func (t TPE) Draw(s Space, seen []Observation, pending []Point, key rng.Key) Point {
	if len(seen) < t.startup() {
		return s.Draw(key)
	}
	good, bad := split(seen)
	bad = append(bad, pending...)
	p := make(Point, len(s))
	for i, d := range s {
		source := key.Child(d.Key).Source()
		l, g := newParzen(d, column(good, i)), newParzen(d, column(bad, i))
		best := math.Inf(-1)
		for range t.candidates() {
			x := l.draw(source)
			if gain := l.logDensity(x) - g.logDensity(x); gain > best {
				p[i], best = x, gain
			}
		}
	}
	return p
}

func (t TPE) startup() int {
	if t.Startup <= 0 {
		return 10
	}
	return t.Startup
}

func (t TPE) candidates() int {
	if t.Candidates <= 0 {
		return 24
	}
	return t.Candidates
}

// split divides observations into the best and the others; each stays in the order of the trials.
func split(seen []Observation) (good, bad []Point) {
	order := make([]int, len(seen))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(worse(seen[a].Loss), worse(seen[b].Loss)) })
	n := min((len(seen)+9)/10, 25)
	isGood := map[int]bool{}
	for _, i := range order[:n] {
		isGood[i] = true
	}
	for i, o := range seen {
		if isGood[i] {
			good = append(good, o.Point)
		} else {
			bad = append(bad, o.Point)
		}
	}
	return good, bad
}

// column returns the values of a dimension, of the points that have it.
func column(points []Point, i int) []float64 {
	var x []float64
	for _, p := range points {
		if p[i] == p[i] {
			x = append(x, p[i])
		}
	}
	return x
}
