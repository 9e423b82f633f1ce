package ensemble

import (
	"context"
	"fmt"
	"math"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// A Stack is a linear model on top of the members.
//
//	classes    logits = W x + b     x the log-probabilities of all members, one after another; W [c m·c], b [c]
//	numbers    y_k = Σ_m W[k, m] x[m, k] + b_k     W [k m], b [k]
//
// It begins as the average, and its squared distance from that counts as an error too; how much so is chosen by
// cross-validation, so that a small validation set changes little.
type Stack struct {
	Weight [][]float64 `json:"weight"`
	Bias   []float64   `json:"bias"`
}

// floor keeps the logarithm of a probability finite.
const floor = 1e-6

// features returns the log-probabilities of all members, [n m·k].
func features(rows [][]float64, k int) *tensor.Tensor {
	n := len(rows[0]) / k
	x := make([]float32, 0, n*k*len(rows))
	for i := range n {
		for _, row := range rows {
			for _, p := range row[i*k : (i+1)*k] {
				x = append(x, float32(math.Log(max(p, floor))))
			}
		}
	}
	return tensor.Of(x, n, k*len(rows))
}

// fitClasses is multinomial logistic regression by L-BFGS. The ridge is in examples: of strength 2 a weight that is off by 1
// counts as much as a nat of loss.
func fitClasses(ctx context.Context, l lesson, ridge float64) (*Stack, error) {
	rows, k := l.rows, l.k
	x, y := features(rows, k), tensor.Of(l.labels, len(l.labels))
	start := make([]float32, k*x.Dim(1))
	for c := range k {
		for m := range rows {
			start[c*x.Dim(1)+m*k+c] = 1 / float32(len(rows))
		}
	}
	before := tensor.Of(start, k, x.Dim(1))
	top := &nn.Linear{Weight: tensor.Param{Value: before.Clone()}, Bias: tensor.Param{Value: tensor.Zeros(k)}}
	opt := optim.New(optim.LBFGS{}, nn.Params(top))
	last := math.Inf(1)
	for range 100 {
		loss, err := train.Step(ctx, opt, func(p *nn.Pass) objective.Loss {
			loss := objective.CrossEntropy(top.Forward(p, x), y)
			loss.Sum = loss.Sum.Add(p.Use(&top.Weight).Sub(before).Square().Sum().Scale(ridge / 2))
			return loss
		})
		if err != nil {
			return nil, fmt.Errorf("stacking: %w", err)
		}
		if last-loss < 1e-6 {
			break
		}
		last = loss
	}
	s := &Stack{Bias: tensor.Values[float64](top.Bias.Value)}
	w := tensor.Values[float64](top.Weight.Value)
	for c := range k {
		s.Weight = append(s.Weight, w[c*x.Dim(1):(c+1)*x.Dim(1)])
	}
	return s, nil
}

func (s *Stack) classes(rows [][]float64, k int) *tensor.Tensor {
	x := tensor.Values[float64](features(rows, k))
	width := k * len(rows)
	z := make([]float64, len(rows[0]))
	for i := range z {
		z[i] = s.Bias[i%k]
		for j, w := range s.Weight[i%k] {
			z[i] += w * x[i/k*width+j]
		}
	}
	return op.Softmax(tensor.Of(z, len(z)/k, k), -1)
}

// fitNumbers is ridge regression, for each number by itself: of how far the targets are from the average on how far the members
// are from it. The ridge is in the unit of the average's squared error.
func fitNumbers(l lesson, ridge float64) *Stack {
	rows, y, k := l.rows, l.numbers, l.k
	s := &Stack{}
	m, n := len(rows), len(y)/k
	for c := range k {
		mu := make([]float64, m+1) // of the members, and of the targets
		for i := range n {
			for j, row := range rows {
				mu[j] += row[i*k+c] / float64(n)
			}
			mu[m] += y[i*k+c] / float64(n)
		}
		a, b := make([]float64, m*m), make([]float64, m)
		errors := 0.0
		for i := range n {
			rest := y[i*k+c] - mu[m] // what the average leaves
			for j, row := range rows {
				rest -= (row[i*k+c] - mu[j]) / float64(m)
			}
			errors += rest * rest / float64(n)
			for j := range m {
				xj := rows[j][i*k+c] - mu[j]
				b[j] += xj * rest
				for o := range m {
					a[j*m+o] += xj * (rows[o][i*k+c] - mu[o])
				}
			}
		}
		for j := range m {
			a[j*m+j] += ridge*errors + 1e-9
		}
		w := tensor.Values[float64](op.Solve(tensor.Of(a, m, m), tensor.Of(b, m, 1)))
		bias := mu[m]
		for j := range w {
			w[j] += 1 / float64(m)
			bias -= w[j] * mu[j]
		}
		s.Weight, s.Bias = append(s.Weight, w), append(s.Bias, bias)
	}
	return s
}

func (s *Stack) numbers(out []float64, rows [][]float64, k int) {
	for i := range out {
		out[i] = s.Bias[i%k]
		for m, row := range rows {
			out[i] += s.Weight[i%k][m] * row[i]
		}
	}
}

// check reports what does not fit so many members and classes, 0 for numbers.
func (s *Stack) check(members, classes int) error {
	if s == nil || len(s.Weight) != len(s.Bias) || len(s.Bias) == 0 || classes > 0 && len(s.Bias) != classes {
		return fmt.Errorf("it does not hold the weights of what is stacked")
	}
	for _, row := range s.Weight {
		if len(row) != members*max(1, classes) {
			return fmt.Errorf("a row of the stack has %d weights; want %d", len(row), members*max(1, classes))
		}
	}
	return nil
}
