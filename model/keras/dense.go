package keras

import (
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// dense is Dense: an affine map of the last axis.
//
//	x [… in] → y [… units]    kernel [in units]
type dense struct {
	Linear     nn.Linear
	units      int
	bias       bool
	activation activation
}

func newDense(h *hyper) layer {
	return &dense{units: h.count("units"), bias: h.bool("use_bias", true), activation: h.activation("activation")}
}

func (l *dense) build(r *rng.Rand, in [][]int) {
	fresh(&l.Linear.Weight, nn.XavierUniform(1), r, l.units, last(in))
	if l.bias {
		fresh(&l.Linear.Bias, nn.Constant(0), r, l.units)
	}
}

func (l *dense) forward(p *nn.Pass, in []value, _ call) []value {
	y := l.Linear.Forward(p, in[0].Tensor)
	return []value{{l.activation(y), in[0].mask}}
}

func (l *dense) weights() []slot {
	s := []slot{{name: "kernel", shape: reversed(&l.Linear.Weight), param: &l.Linear.Weight, make: (*tensor.Tensor).T}}
	return optional(s, "bias", &l.Linear.Bias)
}

// last returns the length of the last axis of the first input.
func last(in [][]int) int {
	shape := in[0]
	if len(shape) < 2 {
		panic(tensor.Errorf("build", "the input has shape %v", shape))
	}
	return shape[len(shape)-1]
}

// reversed returns a parameter's shape from the last axis to the first; nil if it has no value.
func reversed(q *tensor.Param) []int {
	if q.Value == nil {
		return nil
	}
	s := slices.Clone(q.Value.Shape())
	slices.Reverse(s)
	return s
}

// optional adds a slot for a parameter that is as in the file, if it has a value.
func optional(s []slot, name string, q *tensor.Param) []slot {
	if q.Value == nil {
		return s
	}
	return append(s, slot{name: name, shape: q.Value.Shape(), param: q})
}

// embedding is Embedding: a table with a row for each id.
//
//	ids […] → y [… d]    embeddings [v d]
type embedding struct {
	Table      nn.Embedding
	rows, cols int
	masked     bool // id 0 does not count
}

func newEmbedding(h *hyper) layer {
	return &embedding{rows: h.count("input_dim"), cols: h.count("output_dim"), masked: h.bool("mask_zero", false)}
}

func (l *embedding) build(r *rng.Rand, _ [][]int) {
	fresh(&l.Table.Weight, nn.Uniform(-0.05, 0.05), r, l.rows, l.cols)
}

func (l *embedding) forward(p *nn.Pass, in []value, _ call) []value {
	ids := in[0].Tensor
	if ids.DType().IsFloat() {
		ids = ids.Cast(device.Int64)
	}
	v := value{Tensor: l.Table.Forward(p, ids)}
	if l.masked {
		v.mask = ids.NotEqual(ids.FullLike(0))
	}
	return []value{v}
}

func (l *embedding) weights() []slot { return optional(nil, "embeddings", &l.Table.Weight) }

// einsumDense is EinsumDense: a product as an equation says.
type einsumDense struct {
	Kernel, Bias tensor.Param
	equation     string
	output       []int  // shape behind the batch; 0: as the input
	biasAxes     string // letters of the equation
	activation   activation
}

func newEinsumDense(h *hyper) layer {
	l := &einsumDense{equation: strings.ReplaceAll(h.text("equation", ""), " ", ""), biasAxes: h.text("bias_axes", ""), activation: h.activation("activation")}
	x, rest, ok := strings.Cut(l.equation, ",")
	w, y, ok1 := strings.Cut(rest, "->")
	h.must(ok && ok1 && x != "" && w != "" && y != "" && len(l.equation) < 40 && !strings.HasPrefix(x, "..."), "the equation is %q", l.equation)
	for _, n := range read(h, "output_shape", []*int{}) {
		if n == nil {
			l.output = append(l.output, 0)
			continue
		}
		h.must(*n > 0, "output_shape has %d", *n)
		l.output = append(l.output, *n)
	}
	h.must(len(l.output) == max(len(y)-1, 0), "output_shape has %d axes for %q", len(l.output), y)
	return l
}

func (l *einsumDense) build(r *rng.Rand, in [][]int) {
	x, rest, _ := strings.Cut(l.equation, ",")
	w, y, _ := strings.Cut(rest, "->")
	lengths := map[rune]int{}
	for i, c := range y {
		if i > 0 {
			lengths[c] = l.output[i-1]
		}
	}
	for i, c := range x {
		if i < len(in[0]) {
			lengths[c] = in[0][i]
		}
	}
	shape := func(letters string) (s []int) {
		for _, c := range letters {
			if lengths[c] == 0 {
				panic(tensor.Errorf("EinsumDense", "nothing says how long %q of %q is", c, l.equation))
			}
			s = append(s, lengths[c])
		}
		return s
	}
	fresh(&l.Kernel, nn.XavierUniform(1), r, shape(w)...)
	if l.biasAxes == "" {
		return
	}
	at := strings.IndexAny(y, l.biasAxes)
	if at < 0 {
		panic(tensor.Errorf("EinsumDense", "the bias has axes %q of %q", l.biasAxes, y))
	}
	bias := shape(y[at:])
	for i, c := range y[at:] {
		if !strings.ContainsRune(l.biasAxes, c) {
			bias[i] = 1
		}
	}
	fresh(&l.Bias, nn.Constant(0), r, bias...)
}

func (l *einsumDense) forward(p *nn.Pass, in []value, _ call) []value {
	y := op.Einsum(l.equation, in[0].Tensor, p.Use(&l.Kernel))
	if b := p.Use(&l.Bias); b != nil {
		y = y.Add(b)
	}
	return []value{{l.activation(y), in[0].mask}}
}

func (l *einsumDense) weights() []slot {
	return optional(optional(nil, "kernel", &l.Kernel), "bias", &l.Bias)
}
