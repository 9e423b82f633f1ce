package sequential

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// meanSteps is the mean over the steps of sequences: [n t d] → [n d].
type meanSteps struct{}

func (meanSteps) Forward(_ *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return x.Mean(1) }

// lastStep is the last step of sequences: [n t d] → [n d].
type lastStep struct{}

func (lastStep) Forward(_ *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return x.Select(1, x.Dim(1)-1) }
