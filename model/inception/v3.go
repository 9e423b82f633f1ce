package inception

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A V3 is Inception v3.
//
//	x [n c h w] → logits [n out]
//
// Names and shapes of the parameters are torchvision's, and so are its modules of kinds A to E.
//
// Szegedy, Vanhoucke, Ioffe, Shlens and Wojna, Rethinking the Inception Architecture for Computer Vision, 2015
// (arXiv:1512.00567), table 1 and figures 5 to 10.
type V3 struct {
	Conv1A  *Unit      `nn:"Conv2d_1a_3x3"`
	Conv2A  *Unit      `nn:"Conv2d_2a_3x3"`
	Conv2B  *Unit      `nn:"Conv2d_2b_3x3"`
	Conv3B  *Unit      `nn:"Conv2d_3b_1x1"`
	Conv4A  *Unit      `nn:"Conv2d_4a_3x3"`
	Mixed5B *A         `nn:"Mixed_5b"`
	Mixed5C *A         `nn:"Mixed_5c"`
	Mixed5D *A         `nn:"Mixed_5d"`
	Mixed6A *B         `nn:"Mixed_6a"`
	Mixed6B *C         `nn:"Mixed_6b"`
	Mixed6C *C         `nn:"Mixed_6c"`
	Mixed6D *C         `nn:"Mixed_6d"`
	Mixed6E *C         `nn:"Mixed_6e"`
	Aux     *V3Head    `nn:"AuxLogits"` // nil unless asked for
	Mixed7A *D         `nn:"Mixed_7a"`
	Mixed7B *E         `nn:"Mixed_7b"`
	Mixed7C *E         `nn:"Mixed_7c"`
	Head    *nn.Linear `nn:"fc"`
	drop    *nn.Dropout
}

// NewV3 returns a network for pictures of so many channels, with weights drawn as in torchvision. The error is always nil.
func NewV3(r *rng.Rand, channels, out int, c Config) (*V3, error) {
	if c.Width == 0 {
		c.Width = 32
	}
	if c.Dropout == 0 {
		c.Dropout = 0.5
	}
	w := maker{r, c.Width, 32, 0.1}
	m := &V3{
		Conv1A:  w.first(channels, 32, geometry{h: 3, stride: 2, bare: true}),
		Conv2A:  w.unit(32, 32, geometry{h: 3, bare: true}),
		Conv2B:  w.unit(32, 64, geometry{h: 3}),
		Conv3B:  w.unit(64, 80, geometry{h: 1}),
		Conv4A:  w.unit(80, 192, geometry{h: 3, bare: true}),
		Mixed5B: w.a(192, 32), Mixed5C: w.a(256, 64), Mixed5D: w.a(288, 64),
		Mixed6A: w.b(288),
		Mixed6B: w.c(768, 128), Mixed6C: w.c(768, 160), Mixed6D: w.c(768, 160), Mixed6E: w.c(768, 192),
		Mixed7A: w.d(768), Mixed7B: w.e(1280), Mixed7C: w.e(2048),
		Head: linear(w, w.scaled(2048), out, 0.1),
		drop: nn.NewDropout(r, max(c.Dropout, 0)),
	}
	if c.Auxiliary {
		m.Aux = &V3Head{w.unit(768, 128, geometry{h: 1}), w.unit(128, 768, geometry{h: 5, bare: true}), linear(w, w.scaled(768), out, 0.001)}
	}
	return m, nil
}

// Forward returns the logits of pictures.
func (m *V3) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return m.Answers(p, x)[0] }

// Answers returns the logits of pictures, and in training those of the auxiliary head too, if there is one. Its loss is
// commonly added with a weight of 0.4. The head needs pictures of 299×299 or more.
func (m *V3) Answers(p *nn.Pass, x *tensor.Tensor) []*tensor.Tensor {
	x = halved(inTurn(p, x, m.Conv1A, m.Conv2A, m.Conv2B)) // [n 64 73 73] of 299×299
	x = halved(inTurn(p, x, m.Conv3B, m.Conv4A))           // [n 192 35 35]
	x = m.Mixed5D.Forward(p, m.Mixed5C.Forward(p, m.Mixed5B.Forward(p, x)))
	x = m.Mixed6A.Forward(p, x) // [n 768 17 17]
	for _, c := range []*C{m.Mixed6B, m.Mixed6C, m.Mixed6D, m.Mixed6E} {
		x = c.Forward(p, x)
	}
	var aux []*tensor.Tensor
	if m.Aux != nil && p.Training() {
		aux = append(aux, m.Aux.Forward(p, x))
	}
	x = m.Mixed7A.Forward(p, x) // [n 1280 8 8]
	x = m.Mixed7C.Forward(p, m.Mixed7B.Forward(p, x))
	y := m.Head.Forward(p, m.drop.Forward(p, op.GlobalAvgPool(x).Flatten(1, -1)))
	return append([]*tensor.Tensor{y}, aux...)
}

// A V3Head is the auxiliary classifier.
//
//	x [n in h w] → logits [n out]
type V3Head struct {
	Conv0, Conv1 *Unit
	FC           *nn.Linear
}

// Forward returns the head's logits.
func (h *V3Head) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = inTurn(p, op.AvgPool(x, op.PoolConfig{Size: 5, Stride: 3}), h.Conv0, h.Conv1)
	return h.FC.Forward(p, op.GlobalAvgPool(x).Flatten(1, -1))
}

// halved is the largest of windows of 3 at every second place.
func halved(x *tensor.Tensor) *tensor.Tensor {
	return op.MaxPool(x, op.PoolConfig{Size: 3, Stride: 2})
}

// around is the mean of windows of 3; what is padded counts in it.
func around(x *tensor.Tensor) *tensor.Tensor {
	return op.AvgPool(x, op.PoolConfig{Size: 3, Stride: 1, Pad: 1})
}
