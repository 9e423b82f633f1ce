package tune

import (
	"cmp"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/rng"
)

// A parzen is a density over one dimension: a mixture of a kernel around each observation and one over the whole range.
type parzen struct {
	dim       Dim
	weights   []float64 // of the kernels; they add up to 1
	mu, sigma []float64 // of normal kernels, on the dimension's scale
	whole     []float64 // how much of each normal kernel lies in the range
	rows      [][]float64
	low, high float64 // on the dimension's scale
}

func newParzen(d Dim, seen []float64) *parzen {
	p := &parzen{dim: d, weights: mixture(len(seen))}
	if d.Choices != nil {
		p.categories(seen)
		return p
	}
	p.low, p.high = d.bounds()
	for _, x := range seen {
		p.mu = append(p.mu, d.scaled(x))
	}
	p.sigma = widths(p.mu, p.low, p.high)
	p.mu = append(p.mu, 0.5*(p.low+p.high))
	p.sigma = append(p.sigma, p.high-p.low)
	for i := range p.mu {
		p.whole = append(p.whole, phi((p.high-p.mu[i])/p.sigma[i])-phi((p.low-p.mu[i])/p.sigma[i]))
	}
	return p
}

// mixture returns the weights of n kernels, the oldest first, and of the one over the whole range.
func mixture(n int) []float64 {
	w := make([]float64, n+1)
	sum := 0.0
	for i := range w {
		w[i] = 1
		if ramp := n - 25; i < ramp {
			w[i] = 1 / float64(n)
			if ramp > 1 {
				w[i] += (1 - 1/float64(n)) * float64(i) / float64(ramp-1)
			}
		}
		sum += w[i]
	}
	for i := range w {
		w[i] /= sum
	}
	return w
}

// categories makes kernels that have most of their weight on the choice that was observed.
func (p *parzen) categories(seen []float64) {
	n, c := float64(len(seen)+1), len(p.dim.Choices)
	for i := range p.weights {
		row := make([]float64, c)
		for k := range row {
			row[k] = 1 / float64(c)
			if i < len(seen) {
				row[k] = 1 / n
				if int(seen[i]) == k {
					row[k]++
				}
				row[k] /= 1 + float64(c)/n
			}
		}
		p.rows = append(p.rows, row)
	}
}

// widths returns for each kernel the larger of the ways to its neighbours, neither tiny nor wider than the range. The ends of
// the range are no neighbours, unless there is no other.
func widths(mu []float64, low, high float64) []float64 {
	order := make([]int, len(mu))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(mu[a], mu[b]) })
	least := (high - low) / min(100, float64(len(mu)+2))
	sigma := make([]float64, len(mu))
	for k, i := range order {
		left, right := mu[i]-low, high-mu[i]
		if k > 0 {
			left = mu[i] - mu[order[k-1]]
		}
		if k+1 < len(order) {
			right = mu[order[k+1]] - mu[i]
		}
		w := max(left, right)
		switch {
		case len(mu) < 2:
		case k == 0:
			w = right
		case k+1 == len(order):
			w = left
		}
		sigma[i] = min(max(w, least), high-low)
	}
	return sigma
}

// logDensity returns the logarithm of the density at a value, on the dimension's scale; of a dimension with steps the
// logarithm of its probability.
func (p *parzen) logDensity(x float64) float64 {
	sum := 0.0
	a, b := p.dim.scaled(x-p.dim.Step/2), p.dim.scaled(x+p.dim.Step/2)
	for i, w := range p.weights {
		if p.rows != nil {
			sum += w * p.rows[i][int(x)]
			continue
		}
		if p.dim.Step > 0 {
			sum += w * (phi((b-p.mu[i])/p.sigma[i]) - phi((a-p.mu[i])/p.sigma[i])) / p.whole[i]
			continue
		}
		z := (a - p.mu[i]) / p.sigma[i] // where there are no steps, a and b are x
		sum += w * math.Exp(-z*z/2) / (math.Sqrt(2*math.Pi) * p.sigma[i] * p.whole[i])
	}
	return math.Log(sum)
}

// draw returns a value from the density.
func (p *parzen) draw(s *rng.Source) float64 {
	i := pick(p.weights, s.Float64())
	u := s.Float64()
	if p.rows != nil {
		return float64(pick(p.rows[i], u))
	}
	a, b := phi((p.low-p.mu[i])/p.sigma[i]), phi((p.high-p.mu[i])/p.sigma[i])
	z := math.Sqrt2 * math.Erfinv(2*(a+u*(b-a))-1)
	return p.dim.rounded(p.mu[i] + z*p.sigma[i])
}

// pick returns the position in a list of probabilities to which a number in [0, 1) belongs.
func pick(weights []float64, u float64) int {
	for i, w := range weights {
		if u -= w; u < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// phi is the standard normal distribution function.
func phi(z float64) float64 { return 0.5 * math.Erfc(-z/math.Sqrt2) }
