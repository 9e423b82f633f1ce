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
func (s *Stepper) Step(ctx context.Context, f ...LossFunc) (mean float64, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	step := s.Optimizer.Steps()
	key := s.Key.At(uint64(step))
	var passes []*nn.Pass
	defer func() {
		for _, p := range passes {
			p.Close()
		}
	}()
	var total batchTotal
	for i, loss := range f {
		p := nn.NewPass(nn.PassConfig{Training: true, Key: key.At(uint64(i)), Watch: s.Optimizer.Params(), Precision: s.Precision})
		passes = append(passes, p)
		if err := tensor.Catch(func() { err = total.add(p, loss, step, len(f) > 1) }); err != nil {
			return 0, err
		}
		if err != nil {
			return 0, err
		}
	}
	if total.count == 0 {
		return 0, errors.New("train: the losses of the step count no item: nothing to learn from")
	}
	if e := tensor.Catch(func() { err = s.Optimizer.Step(total.grads, 1/total.count) }); e != nil {
		return 0, e
	}
	if err != nil {
		return 0, fmt.Errorf("step %d: %w", step+1, err)
	}
	for _, p := range passes {
		p.Commit()
	}
	return total.sum / total.count, nil
}

// batchTotal adds the micro-batches of a step.
type batchTotal struct {
	sum, count float64
	grads      autograd.Grads
}

func (t *batchTotal) add(p *nn.Pass, f LossFunc, step int, several bool) error {
	loss := f(p)
	sum := loss.Sum.Item()
	if math.IsNaN(sum) || math.IsInf(sum, 0) {
		return &NonFiniteError{Step: step + 1, Loss: sum, First: autograd.FirstNonFinite(loss.Sum)}
	}
	t.sum += sum
	t.count += loss.Count
	grads := autograd.Backward(loss.Sum)
	if several {
		grads = grads.Keep()
	}
	if t.grads == nil {
		t.grads = grads
	} else {
		t.grads = t.grads.Plus(grads)
	}
	return nil
}

// A NonFiniteError says that a loss was no finite number, and where the trouble began.
type NonFiniteError struct {
	Step  int     // the update that was not made, counted from 1
	Loss  float64 // NaN or an infinity
	First string  // the first operation whose result is not finite though its inputs are, or ""
}

// Error names the step, the operation and layer, and what to try.
func (e *NonFiniteError) Error() string {
	s := fmt.Sprintf("step %d: the loss is %v", e.Step, e.Loss)
	if e.First != "" {
		s += "; it began with " + e.First
	}
	return s + "; try a smaller learning rate, gradient clipping, or look for bad numbers in the data"
}
