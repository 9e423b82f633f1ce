package metric

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// A forecast is the logarithms of the probabilities of the classes of an example, and its target; of a question of yes
// or no those of no and yes.
type forecast struct {
	log    []float64
	given  []float64 // the probabilities themselves, if they were given
	target int
	binary bool
}

// p returns the probability of a class.
func (f forecast) p(k int) float64 {
	if f.given != nil {
		return f.given[k]
	}
	return math.Exp(f.log[k])
}

// forecasts calls f for each example whose target is not left out. Predictions are logits, or probabilities if given says so.
func forecasts(op string, prediction, target *tensor.Tensor, o options, given bool, f func(forecast)) {
	prediction, target = prediction.Detach(), target.Detach()
	if isBinary(prediction, target) && prediction.DType().IsFloat() {
		wanted := truth(target)
		for i, z := range tensor.Values[float64](prediction) {
			if k := wanted[i]; !o.ignores(k) {
				if k != 0 && k != 1 {
					panic(tensor.Errorf(op, "a target of %d for a question of yes or no; want 0 or 1", k))
				}
				f(answer(z, given, int(k)))
			}
		}
		return
	}
	rows, c := classRows(op, prediction, target, o.axis)
	for i, k := range target.Ints() {
		if o.ignores(k) {
			continue
		}
		if k < 0 || k >= int64(c) {
			panic(tensor.Errorf(op, "the class %d is not among the %d of the predictions", k, c))
		}
		one := forecast{log: rows[i*c : (i+1)*c], target: int(k)}
		if given {
			one.given, one.log = one.log, make([]float64, c)
			for j, p := range one.given {
				one.log[j] = math.Log(p)
			}
		} else {
			logSoftmax(one.log)
		}
		f(one)
	}
}

// classRows returns the elements of predictions with the c classes last.
func classRows(op string, prediction, target *tensor.Tensor, axis int) (rows []float64, c int) {
	if !prediction.DType().IsFloat() {
		panic(tensor.Errorf(op, "predictions of dtype %s; want floats", prediction.DType()))
	}
	axis = classAxis(op, prediction, target, axis)
	return tensor.Values[float64](last(prediction.Detach(), axis)), prediction.Dim(axis)
}

// last moves an axis to the end.
func last(x *tensor.Tensor, axis int) *tensor.Tensor {
	order := make([]int, 0, x.Rank())
	for i := range x.Rank() {
		if i != axis {
			order = append(order, i)
		}
	}
	return x.Permute(append(order, axis)...)
}

// answer returns the forecast of a question of yes or no.
func answer(z float64, given bool, target int) forecast {
	if given {
		return forecast{[]float64{math.Log1p(-z), math.Log(z)}, []float64{1 - z, z}, target, true}
	}
	return forecast{[]float64{-softplus(z), -softplus(-z)}, nil, target, true}
}

// softplus returns log(1 + eᶻ).
func softplus(z float64) float64 { return max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) }

func logSoftmax(z []float64) {
	most := math.Inf(-1)
	for _, v := range z {
		most = max(most, v)
	}
	sum := 0.
	for _, v := range z {
		sum += math.Exp(v - most)
	}
	for i := range z {
		z[i] -= most + math.Log(sum)
	}
}

// CrossEntropy is the mean negative log-likelihood of the targets, in nats: the log loss.
//
//	logits [… c], target […] of integers: −log softmax(logits)[target]
//	logits [n …] or [n … 1], target [n …] of 0 and 1 or booleans: −log σ(logit) or −log(1 − σ(logit))
//
// Of probabilities of 0 the logarithm is not clipped: a target that was said to be impossible makes the value infinite.
type CrossEntropy struct {
	Probabilities bool // the predictions are probabilities, not logits
	Ignore        *int // targets of this class are left out, such as new(-100); nil means none
	Axis          int  // of the classes; 0 means the last

	mean
}

// Name returns "cross_entropy".
func (e *CrossEntropy) Name() string { return "cross_entropy" }

// Add counts a batch.
func (e *CrossEntropy) Add(prediction, target *tensor.Tensor) {
	forecasts("CrossEntropy", prediction, target, options{axis: e.Axis, ignore: e.Ignore}, e.Probabilities,
		func(f forecast) { e.one(-f.log[f.target]) })
}

// Merge adds what another CrossEntropy has counted.
func (e *CrossEntropy) Merge(m Metric) { e.merge(same[*CrossEntropy]("CrossEntropy.Merge", m).mean) }

// Perplexity is the exponential of the mean negative log-likelihood of the targets: among how many equally likely tokens
// the model seems to choose. Predictions and targets are those of [CrossEntropy].
type Perplexity struct {
	Probabilities bool // the predictions are probabilities, not logits
	Ignore        *int // targets of this class are left out, such as new(-100); nil means none
	Axis          int  // of the classes; 0 means the last

	mean
}

// Name returns "perplexity".
func (p *Perplexity) Name() string { return "perplexity" }

// Add counts a batch.
func (p *Perplexity) Add(prediction, target *tensor.Tensor) {
	forecasts("Perplexity", prediction, target, options{axis: p.Axis, ignore: p.Ignore}, p.Probabilities,
		func(f forecast) { p.one(-f.log[f.target]) })
}

// Value returns the perplexity.
func (p *Perplexity) Value() float64 { return math.Exp(p.mean.Value()) }

// Merge adds what another Perplexity has counted.
func (p *Perplexity) Merge(m Metric) { p.merge(same[*Perplexity]("Perplexity.Merge", m).mean) }

// BitsPerByte is how many bits the model needs for a byte of text: the negative log-likelihood of all target tokens, in bits,
// over the bytes they stand for. Unlike [Perplexity] it compares models with different tokens.
//
//	logits [… c], target […] of integers
type BitsPerByte struct {
	Bytes         []int // how many bytes each token of the vocabulary stands for; nil means 1 each
	Probabilities bool  // the predictions are probabilities, not logits
	Ignore        *int  // targets of this class are left out, such as new(-100); nil means none
	Axis          int   // of the classes; 0 means the last

	nats  float64
	bytes int
}

// Name returns "bits_per_byte".
func (b *BitsPerByte) Name() string { return "bits_per_byte" }

// Add counts a batch.
func (b *BitsPerByte) Add(prediction, target *tensor.Tensor) {
	forecasts("BitsPerByte", prediction, target, options{axis: b.Axis, ignore: b.Ignore}, b.Probabilities, func(f forecast) {
		n := 1
		if b.Bytes != nil {
			if f.target >= len(b.Bytes) {
				panic(tensor.Errorf("BitsPerByte", "the token %d is not among the %d of Bytes", f.target, len(b.Bytes)))
			}
			n = b.Bytes[f.target]
		}
		b.nats -= f.log[f.target]
		b.bytes += n
	})
}

// Value returns bits over bytes.
func (b *BitsPerByte) Value() float64 {
	if b.bytes == 0 {
		return math.NaN()
	}
	return b.nats / math.Ln2 / float64(b.bytes)
}

// Merge adds what another BitsPerByte has counted.
func (b *BitsPerByte) Merge(m Metric) {
	o := same[*BitsPerByte]("BitsPerByte.Merge", m)
	b.nats, b.bytes = b.nats+o.nats, b.bytes+o.bytes
}

// Reset forgets what was added.
func (b *BitsPerByte) Reset() { b.nats, b.bytes = 0, 0 }

// Brier is the mean squared error of the probabilities, 0 at best.
//
//	logits [… c], target […] of integers: Σ (pₖ − [k = target])² over the c classes, from 0 to 2
//	logits [n …] or [n … 1], target [n …] of 0 and 1 or booleans: (p − target)², from 0 to 1, half of what two classes give
//
// Brier, Verification of forecasts expressed in terms of probability, Monthly Weather Review, 1950.
type Brier struct {
	Probabilities bool // the predictions are probabilities, not logits
	Ignore        *int // targets of this class are left out, such as new(-100); nil means none
	Axis          int  // of the classes; 0 means the last

	mean
}

// Name returns "brier".
func (b *Brier) Name() string { return "brier" }

// Add counts a batch.
func (b *Brier) Add(prediction, target *tensor.Tensor) {
	forecasts("Brier", prediction, target, options{axis: b.Axis, ignore: b.Ignore}, b.Probabilities, func(f forecast) {
		sum := 0.
		for k := range f.log {
			d := f.p(k)
			if k == f.target {
				d--
			}
			sum += d * d
		}
		if f.binary {
			sum /= 2
		}
		b.one(sum)
	})
}

// Merge adds what another Brier has counted.
func (b *Brier) Merge(m Metric) { b.merge(same[*Brier]("Brier.Merge", m).mean) }

// isYesOrNo reports whether predictions are one number or truth value a question.
func isYesOrNo(prediction, target *tensor.Tensor) bool {
	return isBinary(prediction, target) && (prediction.DType().IsFloat() || prediction.DType() == device.Bool)
}
