package resnet

import (
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// Features returns what the four stages make of pictures.
//
//	x [n c h w] → [n w₁ h/4 w/4], [n w₂ h/8 w/8], [n w₃ h/16 w/16], [n w₄ h/32 w/32]
func (m *Model) Features(p *nn.Pass, x *tensor.Tensor) []*tensor.Tensor {
	x = op.Relu(normed(p, m.Conv1, m.Norm1, x))
	x = op.MaxPool(x, op.PoolConfig{Size: 3, Stride: 2, Pad: 1})
	var all []*tensor.Tensor
	for _, stage := range []nn.Sequential{m.Layer1, m.Layer2, m.Layer3, m.Layer4} {
		x = stage.Forward(p, x)
		all = append(all, x)
	}
	return all
}

// Headless returns the network without its linear layer.
func (m *Model) Headless() model.Backbone {
	return &Model{Conv1: m.Conv1, Norm1: m.Norm1, Layer1: m.Layer1, Layer2: m.Layer2, Layer3: m.Layer3, Layer4: m.Layer4}
}
