package diffusion

import (
	"math"

	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/tensor"
)

// DPMSolver goes back through the diffusion in few steps, as [DDIM] without new noise does, and looks at how the example changed
// since the last one: DPM-Solver++ of second order, several steps.
//
//	x' = σ'/σ x + α' (1 − e⁻ʰ) D     D = x̂ + h/2h₋ (x̂ − x̂₋), h = ln α'/σ' − ln α/σ
//
// α² is what is left of the example and σ² the noise, at a step and, with ', at the next one; x̂ the example that the model sees
// in x. What has a ₋ is of the step before: the first step has none and takes D = x̂. After the last step x' = x̂.
//
// Lu, Zhou, Bao, Chen, Li and Zhu, DPM-Solver++, 2022 (arXiv:2211.01095), algorithm 2.
type DPMSolver struct {
	Model objective.DiffusionLoss // what the model was trained for
	Steps int                     // 0 means 20
	Clip  float64                 // holds x̂ within ±Clip; 0 means that nothing does
}

// Sample returns examples made of noise x [n …].
func (s DPMSolver) Sample(model Model, x *tensor.Tensor) *tensor.Tensor {
	begin("DPMSolver", x)
	s.Model = filled(s.Model)
	n := s.Steps
	if n == 0 {
		n = min(20, s.Model.Schedule.Len())
	}
	steps := append(Steps(s.Model.Schedule, n), -1)
	var last *tensor.Tensor // the example of the step before
	var before float64      // its h
	y := wide(x)
	for i, from := range steps[:n] {
		b := back(s.Model, s.Clip, y, model(y.Cast(x.DType()), constant(x.Dim(0), from).To(x.Device())), from, steps[i+1])
		if steps[i+1] < 0 {
			y = b.example
			break
		}
		h := (math.Log(b.to/(1-b.to)) - math.Log(b.from/(1-b.from))) / 2
		d := b.example
		if last != nil {
			d = d.Add(d.Sub(last).Scale(h / (2 * before)))
		}
		y = y.Scale(math.Sqrt((1 - b.to) / (1 - b.from))).Add(d.Scale(-math.Sqrt(b.to) * math.Expm1(-h)))
		last, before = b.example, h
	}
	return y.Cast(x.DType())
}
