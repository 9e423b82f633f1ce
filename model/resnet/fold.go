package resnet

import "github.com/jimu-ml/jimu/nn"

// Folded returns a network that answers what m answers in evaluation, with every norm folded into the convolution before
// it: an operation less for each, and not for training. It shares what is not changed with m.
func (m *Model) Folded() *Model {
	f := &Model{Conv1: nn.FoldBatchNorm(m.Conv1, m.Norm1), Head: m.Head}
	to := []*nn.Sequential{&f.Layer1, &f.Layer2, &f.Layer3, &f.Layer4}
	for i, stage := range []nn.Sequential{m.Layer1, m.Layer2, m.Layer3, m.Layer4} {
		for _, b := range stage {
			*to[i] = append(*to[i], b.(*Block).folded())
		}
	}
	return f
}

func (b *Block) folded() *Block {
	f := &Block{Conv1: nn.FoldBatchNorm(b.Conv1, b.Norm1), Conv2: nn.FoldBatchNorm(b.Conv2, b.Norm2)}
	if b.Conv3 != nil {
		f.Conv3 = nn.FoldBatchNorm(b.Conv3, b.Norm3)
	}
	if d := b.Downsample; d != nil {
		f.Downsample = &Shortcut{Conv: nn.FoldBatchNorm(d.Conv, d.Norm)}
	}
	return f
}
