package train

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A LossFunc computes a loss in a pass. It may be called more than once for one step.
type LossFunc func(p *nn.Pass) objective.Loss

// Step makes one update: it runs f in a training pass that watches the optimizer's parameters, walks back, and lets the
// optimizer change them. It returns the mean loss before the update.
//
// Nothing is changed if it fails: shapes that do not fit give a [tensor.Error], a loss that is no number a
// [NonFiniteError], a parameter that the loss does not depend on an [optim.MissingGradient], a cancelled context its
// error. Randomness is keyed by the optimizer's count of steps alone; see [Stepper] for a seed.
func Step(ctx context.Context, opt *optim.Optimizer, f LossFunc) (float64, error) {
	s := Stepper{Optimizer: opt}
	return s.Step(ctx, f)
}

// A Stepper makes updates with a seed of its own.
type Stepper struct {
	Optimizer *optim.Optimizer
	Key       rng.Key      // of the run; step n draws from Key.At(n)
	Precision device.DType // of the passes; see [nn.PassConfig]
}

// Step makes one update from the losses of one batch, or of several micro-batches whose sums and counts are added: then
// the update is that of the whole batch.
//
// A rule that evaluates the loss more than once, such as [optim.SAM] or [optim.LBFGS], gets it of the same batches and with
// the same random numbers each time. Buffers, such as the statistics of batch normalization, see the first.
func (s *Stepper) Step(ctx context.Context, f ...LossFunc) (mean float64, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	b := batch{Stepper: s, losses: f, step: s.Optimizer.Steps(), key: s.Key.At(uint64(s.Optimizer.Steps()))}
	defer b.close()
	if e := tensor.Catch(func() { mean, err = s.Optimizer.StepWith(b.evaluate) }); e != nil {
		return 0, e
	}
	if b.err != nil {
		return 0, b.err
	}
	if err != nil {
		return 0, fmt.Errorf("step %d: %w", b.step+1, err)
	}
	for _, p := range b.first {
		p.Commit()
	}
	return mean, nil
}

// A batch is what a step is made of.
type batch struct {
	*Stepper
	losses []LossFunc
	step   int
	key    rng.Key
	first  []*nn.Pass // of the first evaluation, whose buffers count
	last   []*nn.Pass // of a later one, whose gradients are in use
	err    error      // of an evaluation
}

func (b *batch) close() {
	for _, p := range append(b.first, b.last...) {
		p.Close()
	}
}

// evaluate computes the loss and its gradients where the parameters are.
func (b *batch) evaluate() (optim.Evaluation, error) {
	for _, p := range b.last {
		p.Close()
	}
	b.last = nil
	total := batchTotal{curved: b.Optimizer.WantsCurvature(), factor: b.Optimizer.LossFactor()}
	first := b.first == nil
	for i, loss := range b.losses {
		p := nn.NewPass(nn.PassConfig{Training: true, Key: b.key.At(uint64(i)), Watch: b.Optimizer.Params(), Precision: b.Precision})
		if first {
			b.first = append(b.first, p)
		} else {
			b.last = append(b.last, p)
		}
		if e := tensor.Catch(func() { b.err = total.add(p, b, loss) }); e != nil {
			b.err = e
		}
		if b.err != nil {
			return optim.Evaluation{}, b.err
		}
	}
	if total.count == 0 {
		b.err = errors.New("train: the losses of the step count no item: nothing to learn from")
		return optim.Evaluation{}, b.err
	}
	return optim.Evaluation{Loss: total.sum / total.count, Grads: total.grads, Scale: 1 / total.count, Curvature: total.curvature}, nil
}

// batchTotal adds the micro-batches of a step.
type batchTotal struct {
	sum, count float64
	grads      autograd.Grads
	curvature  autograd.Grads
	curved     bool    // curvature is wanted
	factor     float64 // on the loss, before the walk back
}

func (t *batchTotal) add(p *nn.Pass, b *batch, f LossFunc) error {
	loss := f(p)
	sum := loss.Sum.Item()
	if math.IsNaN(sum) || math.IsInf(sum, 0) {
		return &NonFiniteError{Step: b.step + 1, Loss: sum, First: autograd.FirstNonFinite(loss.Sum)}
	}
	t.sum += sum
	t.count += loss.Count
	several := len(b.losses) > 1
	if t.factor != 1 {
		loss.Sum = loss.Sum.Scale(t.factor)
	}
	if t.curved {
		t.curvature = plus(t.curvature, optim.Hutchinson(loss.Sum, b.Optimizer.Params(), b.key.Child("curvature")), true)
	}
	t.grads = plus(t.grads, autograd.Backward(loss.Sum), several)
	return nil
}

// plus adds gradients to those so far, if any. Those of several passes must outlive them.
func plus(sum, grads autograd.Grads, several bool) autograd.Grads {
	if several {
		grads = grads.Keep()
	}
	if sum == nil {
		return grads
	}
	return sum.Plus(grads)
}

// A NonFiniteError says that a loss was no finite number, and where the trouble began.
type NonFiniteError struct {
	Step  int     // the update that was not made, counted from 1
	Loss  float64 // NaN or an infinity
	First string  // the first operation whose result is not finite though its inputs are, or ""
}

// Error names the step, the operation and layer, and what to try.
func (e *NonFiniteError) Error() string {
	return fmt.Sprintf("step %d: %s; try a smaller learning rate, gradient clipping, or look for bad numbers in the data", e.Step, e.why())
}

func (e *NonFiniteError) why() string {
	s := fmt.Sprintf("the loss is %v", e.Loss)
	if e.First != "" {
		s += "; it began with " + e.First
	}
	return s
}
