package objective

import (
	"math"

	"github.com/jimu-ml/jimu/internal/parallel"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// TransducerLoss is the negative log-likelihood of a sequence of labels where each step may give several: the loss of RNN-T. Its
// count is the number of sequences.
//
//	logits [n t u+1 c], target [n u] of classes, lengths [n] of the logits, targetLengths [n]
//	sum = −Σ ln Σ over the paths from (0, 0) to (t, u) of Π softmax(z)[…]
//
// At step t, with u labels given, a path gives the next label, with softmax(z[t, u])[y[u]], or the blank, which ends the step.
// Lengths of nil mean that all are t or u long; what stands beyond them is not read. The recursions α and β run on the host in
// float64, in the logarithm. The logits take n·t·u·c numbers, which is what bounds a batch. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes do not fit, if a length is out of bounds, and if a label is no class or the blank.
//
// Graves, Sequence Transduction with Recurrent Neural Networks, 2012 (arXiv:1211.3711), equations 12 to 20.
type TransducerLoss struct {
	Blank int // the class that ends a step; torchaudio has the last, −1, by default
}

const transducerName = "Transducer"

// Loss returns the loss of a batch.
func (o TransducerLoss) Loss(logits, target, steps, targetLengths *tensor.Tensor) Loss {
	if !logits.DType().IsFloat() || logits.Rank() != 4 {
		panic(tensor.Errorf(transducerName, "logits %s of shape %v; want floats [n t u+1 c]", logits.DType(), logits))
	}
	n, t, states, c := logits.Dim(0), logits.Dim(1), logits.Dim(2), logits.Dim(3)
	if target.Rank() != 2 || target.Dim(1)+1 != states {
		panic(tensor.Errorf(transducerName, "logits of shape %v and a target of shape %v; want [n t u+1 c] and [n u]", logits, target))
	}
	l := &transducer{t: t, states: states, length: lengths(transducerName, "lengths", steps, n, 1, t)}
	var labels [][]int
	labels, l.used = spelled(transducerName, target, n, c, o.Blank, targetLengths)
	z := op.LogSoftmax(wide(logits), -1)
	index := make([]int64, 0, n*t*states)
	for i := range n {
		for range t {
			for u := range states {
				k := o.Blank // the last state gives no label; what is taken there is not read
				if u < states-1 {
					k = labels[i][u]
				}
				index = append(index, int64(k))
			}
		}
	}
	label := z.Gather(tensor.Of(index, n, t, states).To(z.Device()))
	return Loss{recursed(transducerName, l.host, l.composed, z.Select(3, o.Blank), label).Sum(), float64(n)}
}

// A transducer is the grid of steps by labels given.
type transducer struct {
	used, length []int // labels and steps of each sequence
	t, states    int
}

// host returns the losses and their gradients with respect to what blanks and labels have [n t states] each.
func (l *transducer) host(x [][]float64, grads bool) (loss []float64, dx [][]float64) {
	n, size := len(l.used), l.t*l.states
	loss, dx = make([]float64, n), [][]float64{nil, nil}
	if grads {
		dx = [][]float64{make([]float64, n*size), make([]float64, n*size)}
	}
	parallel.For(n, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			blank, label := x[0][i*size:][:size], x[1][i*size:][:size]
			alpha := make([]float64, size)
			loss[i] = -l.forward(i, blank, label, alpha)
			if grads {
				l.backward(i, blank, label, alpha, loss[i], dx[0][i*size:][:size], dx[1][i*size:][:size])
			}
		}
	})
	return loss, dx
}

func (l *transducer) forward(i int, blank, label, alpha []float64) float64 {
	for t := range l.length[i] {
		for u := range l.used[i] + 1 {
			at, a := t*l.states+u, math.Inf(-1)
			if t == 0 && u == 0 {
				a = 0
			}
			if t > 0 {
				a = alpha[at-l.states] + blank[at-l.states]
			}
			if u > 0 {
				a = logAdd(a, alpha[at-1]+label[at-1], math.Inf(-1))
			}
			alpha[at] = a
		}
	}
	end := (l.length[i]-1)*l.states + l.used[i]
	return alpha[end] + blank[end]
}

func (l *transducer) backward(i int, blank, label, alpha []float64, loss float64, dblank, dlabel []float64) {
	beta := make([]float64, len(alpha)) // of the paths from here on
	for t := l.length[i] - 1; t >= 0; t-- {
		for u := l.used[i]; u >= 0; u-- {
			at := t*l.states + u
			ends, gives := math.Inf(-1), math.Inf(-1)
			switch {
			case t+1 < l.length[i]:
				ends = blank[at] + beta[at+l.states]
			case u == l.used[i]:
				ends = blank[at]
			}
			if u < l.used[i] {
				gives = label[at] + beta[at+1]
			}
			beta[at] = logAdd(ends, gives, math.Inf(-1))
			dblank[at] = -math.Exp(alpha[at] + ends + loss)
			dlabel[at] = -math.Exp(alpha[at] + gives + loss)
		}
	}
}

// composed is host in operations, of which any derivative can be taken.
func (l *transducer) composed(x []*tensor.Tensor) *tensor.Tensor {
	n := x[0].Dim(0)
	blank := func(t, u int) *tensor.Tensor { return x[0].Select(1, t).Select(1, u) } // [n]
	label := func(t, u int) *tensor.Tensor { return x[1].Select(1, t).Select(1, u) }
	alpha := make([]*tensor.Tensor, 0, l.t*l.states)
	for t := range l.t {
		for u := range l.states {
			var a *tensor.Tensor
			if t > 0 {
				a = alpha[(t-1)*l.states+u].Add(blank(t-1, u))
			}
			if u > 0 {
				b := alpha[t*l.states+u-1].Add(label(t, u-1))
				if a != nil {
					b = a.Add(op.Softplus(b.Sub(a)))
				}
				a = b
			}
			if a == nil {
				a = x[0].FullLike(0, n)
			}
			alpha = append(alpha, a)
		}
	}
	end := make([]int64, n)
	for i := range end {
		end[i] = int64((l.length[i]-1)*l.states + l.used[i])
	}
	index := tensor.Of(end, n).To(x[0].Device())
	return tensor.Stack(-1, alpha...).Gather(index).Add(x[0].Reshape(n, l.t*l.states).Gather(index)).Neg()
}
