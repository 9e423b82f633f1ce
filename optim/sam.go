package optim

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// SAM takes the gradients of a step where the loss is highest nearby, so that it looks for flat places. It goes before
// any rule:
//
//	opt.SAM = &optim.SAM{}
//
//	e = ρ g / ‖g‖                  g, the gradient at p; ‖·‖ over all parameters
//	e = ρ p²⊙g / ‖|p|⊙g‖           adaptive
//	p ← the rule's step at p with the gradient at p + e
//
// A step costs two evaluations, both of the same batch and with the same random numbers: [Optimizer.StepWith], which
// train.Step uses. The running statistics of batch normalization see the batch once.
//
// Foret, Kleiner, Mobahi and Neyshabur, Sharpness-Aware Minimization for Efficiently Improving Generalization, 2021
// (arXiv:2010.01412), algorithm 1; adaptive, Kwon, Kim, Park and Choi, ASAM, 2021 (arXiv:2102.11600), which takes a ρ ten
// times as large.
type SAM struct {
	Rho      float64 // ρ; 0 means 0.05, and 0.5 if adaptive
	Adaptive bool    // steps are measured beside the parameters: ASAM
}

// climb evaluates the loss where it is highest nearby. The parameters stand where they did, afterwards.
func (o *Optimizer) climb(e Evaluation, evaluate func() (Evaluation, error)) (Evaluation, error) {
	cells, g, err := o.gather(e.Grads)
	if err != nil {
		return e, err
	}
	up := make([]*tensor.Tensor, len(g)) // |p|⊙g or g
	for i, c := range cells {
		up[i] = wide(g[i])
		if o.SAM.Adaptive {
			up[i] = up[i].Mul(wide(c.param.Value).Abs())
		}
	}
	length, bad := norm(up)
	if bad >= 0 {
		return e, &NotFinite{Step: o.steps + 1, Name: cells[bad].name}
	}
	rho := or(o.SAM.Rho, 0.05)
	if o.SAM.Adaptive {
		rho = or(o.SAM.Rho, 0.5)
	}
	by := rho / (length + 1e-12/math.Abs(e.Scale))
	before := make([]*tensor.Tensor, len(cells))
	for i, c := range cells {
		p := c.param.Value
		before[i] = like(p)
		before[i].CopyFrom(p)
		step := up[i].Scale(math.Copysign(by, e.Scale))
		if o.SAM.Adaptive {
			step = step.Mul(wide(p).Abs())
		}
		p.CopyFrom(wide(p).Add(step))
	}
	defer func() {
		for i, c := range cells {
			c.param.Value.CopyFrom(before[i])
		}
	}()
	return evaluate()
}
