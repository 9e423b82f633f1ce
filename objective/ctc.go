package objective

import (
	"math"

	"github.com/jimu-ml/jimu/internal/parallel"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// CTCLoss is the negative log-likelihood of a sequence of labels under predictions of more steps than labels, summed over all
// ways to lay it out: connectionist temporal classification. Its count is the number of sequences.
//
//	logits [n t c], target [n s] of classes, lengths [n] of the logits, targetLengths [n]
//	sum = −Σ ln Σ over the paths π that spell yᵢ of Π softmax(zᵢₜ)[πₜ]
//
// A path has a class at each step; it spells what is left when repeated classes are made one and then blanks are taken out.
// Lengths of nil mean that all are t or s long; what stands beyond them is not read. PyTorch has the logits as [t n c] and takes
// logarithms of probabilities; its mean divides each sequence's loss by its length first. The recursions α and β run on the
// host in float64, in the logarithm; the gradient is taken from both. A target that is too long for its logits costs +Inf and
// has no gradient, or costs 0 with ZeroInfinity. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes do not fit, if a length is out of bounds, and if a label is no class or the blank.
//
// Graves, Fernández, Gomez and Schmidhuber, Connectionist Temporal Classification, 2006, equations 5 to 16.
type CTCLoss struct {
	Blank        int  // the class that stands for no label
	ZeroInfinity bool // targets that do not fit cost nothing
}

const ctcName = "CTC"

// Loss returns the loss of a batch.
func (o CTCLoss) Loss(logits, target, lengths, targetLengths *tensor.Tensor) Loss {
	l := o.lattice(logits, target, lengths, targetLengths)
	z := op.LogSoftmax(wide(logits), -1).Transpose(1, 2) // [n c t]
	n, c, steps := z.Dim(0), z.Dim(1), z.Dim(2)
	rows := make([]int64, 0, n*l.states)
	for i, labels := range l.labels {
		for s := range l.states {
			k := o.Blank
			if s%2 == 1 {
				k = labels[s/2]
			}
			rows = append(rows, int64(i*c+k))
		}
	}
	index := tensor.Of(rows, len(rows)).To(z.Device())
	e := z.Reshape(n*c, steps).Take(0, index).Reshape(n, l.states, steps).Transpose(1, 2) // [n t states]
	return Loss{recursed(ctcName, l.host, l.composed, e).Sum(), float64(n)}
}

// A ctc is the lattice of states, blanks and labels in turn, by steps.
type ctc struct {
	labels       [][]int
	used, length []int // labels and steps of each sequence
	states       int   // 2s + 1
	impossible   float64
}

func (o CTCLoss) lattice(logits, target, steps, targetLengths *tensor.Tensor) *ctc {
	if !logits.DType().IsFloat() || logits.Rank() != 3 {
		panic(tensor.Errorf(ctcName, "logits %s of shape %v; want floats [n t c]", logits.DType(), logits))
	}
	n, t, c := logits.Dim(0), logits.Dim(1), logits.Dim(2)
	l := &ctc{states: 2*target.Dim(-1) + 1, length: lengths(ctcName, "lengths", steps, n, 1, t), impossible: math.Inf(1)}
	l.labels, l.used = spelled(ctcName, target, n, c, o.Blank, targetLengths)
	if o.ZeroInfinity {
		l.impossible = 0
	}
	return l
}

// skips reports whether a path may come to a state from two before it: a label that is not the same as the last.
func (l *ctc) skips(i, s int) bool {
	return s%2 == 1 && s >= 3 && l.labels[i][s/2] != l.labels[i][s/2-1]
}

// fits reports whether there is a path for sequence i: repeated labels need a blank in between.
func (l *ctc) fits(i int) bool {
	need := l.used[i]
	for s := 3; s < 2*l.used[i]; s += 2 {
		if !l.skips(i, s) {
			need++
		}
	}
	return need <= l.length[i]
}

// host returns the losses and their gradients with respect to e [n t states].
func (l *ctc) host(x [][]float64, grads bool) (loss []float64, dx [][]float64) {
	e := x[0]
	n := len(l.used)
	size := len(e) / max(1, n)
	loss, dx = make([]float64, n), [][]float64{nil}
	if grads {
		dx[0] = make([]float64, len(e))
	}
	parallel.For(n, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if !l.fits(i) {
				loss[i] = l.impossible
				continue
			}
			alpha := make([]float64, size)
			loss[i] = -l.forward(i, e[i*size:][:size], alpha)
			if grads {
				l.backward(i, e[i*size:][:size], alpha, loss[i], dx[0][i*size:][:size])
			}
		}
	})
	return loss, dx
}

// forward fills in α, what the paths so far have in common with e at their ends, and returns the log-likelihood.
func (l *ctc) forward(i int, e, alpha []float64) float64 {
	states, steps := 2*l.used[i]+1, l.length[i]
	copy(alpha, e[:min(states, 2)])
	for s := 2; s < states; s++ {
		alpha[s] = math.Inf(-1)
	}
	for t := 1; t < steps; t++ {
		last, now, in := alpha[(t-1)*l.states:][:states], alpha[t*l.states:][:states], e[t*l.states:][:states]
		for s := range now {
			one, two := math.Inf(-1), math.Inf(-1)
			if s > 0 {
				one = last[s-1]
			}
			if l.skips(i, s) {
				two = last[s-2]
			}
			now[s] = logAdd(last[s], one, two) + in[s]
		}
	}
	end := alpha[(steps-1)*l.states:][:states]
	if states == 1 {
		return end[0]
	}
	return logAdd(end[states-1], end[states-2], math.Inf(-1))
}

// backward adds to de minus the share of the paths that go through each state at each step.
func (l *ctc) backward(i int, e, alpha []float64, loss float64, de []float64) {
	states, steps := 2*l.used[i]+1, l.length[i]
	beta := make([]float64, states)  // of the paths after t
	ahead := make([]float64, states) // the same with e at t + 1, and β there
	for t := steps - 1; t >= 0; t-- {
		for s := range beta {
			switch {
			case t < steps-1:
				one, two := math.Inf(-1), math.Inf(-1)
				if s+1 < states {
					one = ahead[s+1]
				}
				if s+2 < states && l.skips(i, s+2) {
					two = ahead[s+2]
				}
				beta[s] = logAdd(ahead[s], one, two)
			case s >= states-2:
				beta[s] = 0
			default:
				beta[s] = math.Inf(-1)
			}
			de[t*l.states+s] = -math.Exp(alpha[t*l.states+s] + beta[s] + loss)
		}
		for s, b := range beta {
			ahead[s] = b + e[t*l.states+s]
		}
	}
}
