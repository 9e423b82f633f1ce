package inception

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A GoogLeNet is the first Inception network, with norms.
//
//	x [n c h w] → logits [n out]
//
// Names and shapes of the parameters are torchvision's; as there, the windows of 5 that the paper has are of 3.
//
// Szegedy, Liu, Jia, Sermanet, Reed, Anguelov, Erhan, Vanhoucke and Rabinovich, Going Deeper with Convolutions, 2014
// (arXiv:1409.4842), table 1.
type GoogLeNet struct {
	Conv1, Conv2, Conv3 *Unit
	Inception3A         *Mixed     `nn:"inception3a"`
	Inception3B         *Mixed     `nn:"inception3b"`
	Inception4A         *Mixed     `nn:"inception4a"`
	Inception4B         *Mixed     `nn:"inception4b"`
	Inception4C         *Mixed     `nn:"inception4c"`
	Inception4D         *Mixed     `nn:"inception4d"`
	Inception4E         *Mixed     `nn:"inception4e"`
	Inception5A         *Mixed     `nn:"inception5a"`
	Inception5B         *Mixed     `nn:"inception5b"`
	Aux1, Aux2          *Head      // nil unless asked for
	Head                *nn.Linear `nn:"fc"`
	drop                *nn.Dropout
}

// NewGoogLeNet returns a network for pictures of so many channels, with weights drawn as in torchvision. The error is always
// nil.
func NewGoogLeNet(r *rng.Rand, channels, out int, c Config) (*GoogLeNet, error) {
	if c.Width == 0 {
		c.Width = 64
	}
	if c.Dropout == 0 {
		c.Dropout = 0.2
	}
	w := maker{r, c.Width, 64, 0.01}
	m := &GoogLeNet{
		Conv1:       w.first(channels, 64, geometry{h: 7, stride: 2}),
		Conv2:       w.unit(64, 64, geometry{h: 1}),
		Conv3:       w.unit(64, 192, geometry{h: 3}),
		Inception3A: w.mixed(192, 64, [2]int{96, 128}, [2]int{16, 32}, 32),
		Inception3B: w.mixed(256, 128, [2]int{128, 192}, [2]int{32, 96}, 64),
		Inception4A: w.mixed(480, 192, [2]int{96, 208}, [2]int{16, 48}, 64),
		Inception4B: w.mixed(512, 160, [2]int{112, 224}, [2]int{24, 64}, 64),
		Inception4C: w.mixed(512, 128, [2]int{128, 256}, [2]int{24, 64}, 64),
		Inception4D: w.mixed(512, 112, [2]int{144, 288}, [2]int{32, 64}, 64),
		Inception4E: w.mixed(528, 256, [2]int{160, 320}, [2]int{32, 128}, 128),
		Inception5A: w.mixed(832, 256, [2]int{160, 320}, [2]int{32, 128}, 128),
		Inception5B: w.mixed(832, 384, [2]int{192, 384}, [2]int{48, 128}, 128),
		Head:        linear(w, w.scaled(1024), out, 0.01),
		drop:        nn.NewDropout(r, max(c.Dropout, 0)),
	}
	if c.Auxiliary {
		m.Aux1, m.Aux2 = w.head(512, out, c), w.head(528, out, c)
	}
	return m, nil
}

// Forward returns the logits of pictures.
func (m *GoogLeNet) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return m.Answers(p, x)[0] }

// Answers returns the logits of pictures, and in training those of the auxiliary heads too, if there are any: the upper one
// and the lower one. The paper adds their losses with a weight of 0.3.
func (m *GoogLeNet) Answers(p *nn.Pass, x *tensor.Tensor) []*tensor.Tensor {
	var aux []*tensor.Tensor
	x = pool(inTurn(p, pool(m.Conv1.Forward(p, x), 3), m.Conv2, m.Conv3), 3) // [n c h/8 w/8]
	x = pool(m.Inception3B.Forward(p, m.Inception3A.Forward(p, x)), 3)       // [n c h/16 w/16]
	x = m.Inception4A.Forward(p, x)
	if m.Aux1 != nil && p.Training() {
		aux = append(aux, m.Aux1.Forward(p, x))
	}
	x = m.Inception4D.Forward(p, m.Inception4C.Forward(p, m.Inception4B.Forward(p, x)))
	if m.Aux2 != nil && p.Training() {
		aux = append([]*tensor.Tensor{m.Aux2.Forward(p, x)}, aux...)
	}
	x = pool(m.Inception4E.Forward(p, x), 2) // [n c h/32 w/32]
	x = m.Inception5B.Forward(p, m.Inception5A.Forward(p, x))
	y := m.Head.Forward(p, m.drop.Forward(p, op.GlobalAvgPool(x).Flatten(1, -1)))
	return append([]*tensor.Tensor{y}, aux...)
}

// A Mixed module looks at x through windows of 1, of 3 twice, and at the largest around each place.
//
//	x [n in h w] → y [n out h w]
type Mixed struct {
	Branch1 *Unit
	Branch2 []*Unit
	Branch3 []*Unit
	Branch4 pooled
}

// pooled is the last branch: its unit comes second, behind a pool.
type pooled struct {
	Unit *Unit `nn:"1"`
}

// mixed makes a module; a pair is the channels before and behind a branch's window.
func (m maker) mixed(in, one int, two, three [2]int, four int) *Mixed {
	window := func(pair [2]int) []*Unit {
		return []*Unit{m.unit(in, pair[0], geometry{h: 1}), m.unit(pair[0], pair[1], geometry{h: 3})}
	}
	return &Mixed{
		Branch1: m.unit(in, one, geometry{h: 1}), Branch2: window(two), Branch3: window(three),
		Branch4: pooled{m.unit(in, four, geometry{h: 1})},
	}
}

// Forward returns what the branches see, one behind the other.
func (m *Mixed) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	around := op.MaxPool(x, op.PoolConfig{Size: 3, Stride: 1, Pad: 1})
	return tensor.Concat(1, m.Branch1.Forward(p, x), inTurn(p, x, m.Branch2...), inTurn(p, x, m.Branch3...),
		m.Branch4.Unit.Forward(p, around))
}

// A Head is an auxiliary classifier half way up.
//
//	x [n in h w] → logits [n out]
type Head struct {
	Conv     *Unit
	FC1, FC2 *nn.Linear
	drop     *nn.Dropout
}

func (m maker) head(in, out int, c Config) *Head {
	rate := 0.7
	if c.Dropout < 0 {
		rate = 0
	}
	return &Head{
		Conv: m.unit(in, 128, geometry{h: 1}),
		FC1:  linear(m, 16*m.scaled(128), m.scaled(1024), 0.01), FC2: linear(m, m.scaled(1024), out, 0.01),
		drop: nn.NewDropout(m.r, rate),
	}
}

// Forward returns the head's logits.
func (h *Head) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = h.Conv.Forward(p, op.AdaptiveAvgPool(x, 4, 4)).Flatten(1, -1)
	return h.FC2.Forward(p, h.drop.Forward(p, op.Relu(h.FC1.Forward(p, x))))
}

// pool halves a picture. The last window may hang over the edge by one, as in Caffe.
func pool(x *tensor.Tensor, size int) *tensor.Tensor {
	axis := func(n int) op.WindowAxis {
		return op.WindowAxis{Size: size, Stride: 2, Pad: [2]int{0, (n + size) % 2}}
	}
	return op.MaxPool(x, op.PoolConfig{Axes: []op.WindowAxis{axis(x.Dim(2)), axis(x.Dim(3))}})
}
