package train

import (
	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/tensor"
)

// A Task is what a run learns: a model, and how a batch becomes a loss.
type Task struct {
	Model any // whose parameters are learned; see [nn.Params]

	// Loss runs the model on a batch. The prediction is what metrics are computed from; nil if there is none.
	Loss func(p *nn.Pass, b data.Batch) (loss objective.Loss, prediction *tensor.Tensor)

	Players []Player // who learn beside it, in a game of several; nil: nobody
}

// Supervised returns the task of predicting a batch's Y from its X with a layer.
func Supervised(model nn.Layer, o objective.Objective) Task {
	return Task{Model: model, Loss: func(p *nn.Pass, b data.Batch) (objective.Loss, *tensor.Tensor) {
		y := model.Forward(p, p.Input(b.X))
		return o.Loss(y, b.Y), y
	}}
}
