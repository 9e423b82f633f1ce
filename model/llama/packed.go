package llama

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/format/gguf"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// Packed is a linear map whose weight stays in 4 or 8 bits, as a GGUF file packs it. It cannot be trained. See
// [op.LinearQuantized].
type Packed struct {
	Weight *op.Quantized `nn:"-"`
	Bias   tensor.Param
}

// Forward returns the map of x.
func (l *Packed) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.LinearQuantized(x, l.Weight, p.Use(&l.Bias))
}

// OpenPacked returns the model of a GGUF file with the matrices of Q8_0 and Q4_0 as they are there, 8.5 and 4.5 bits a weight, and
// anything else in float32. It reads what [model.Open] reads from the file: only sums are in another order.
func OpenPacked(path string) (*Model, error) {
	f, err := gguf.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	m, err := packed(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

func packed(f *gguf.File) (*Model, error) {
	text, of, err := described(f)
	if err != nil {
		return nil, err
	}
	if text == nil {
		return nil, fmt.Errorf("the file does not say that it holds a Llama-class model")
	}
	var c Config
	if err := json.Unmarshal(text, &c); err != nil {
		return nil, err
	}
	m, err := New(nil, of.Tokens, c)
	if err != nil {
		return nil, err
	}
	if err := m.pack(f); err != nil {
		return nil, err
	}
	// What stays packed is surplus here; what should be there is checked by name.
	missing, _, err := model.LoadPart(m, f)
	if err == nil && len(missing) > 0 {
		err = fmt.Errorf("the file lacks %s", strings.Join(missing, ", "))
	}
	return m, err
}

// pack takes the weights that the file has packed. Joint maps, as Phi-3's, are expanded.
func (m *Model) pack(f *gguf.File) error {
	if slices.ContainsFunc(f.Entries(), func(e format.Entry) bool { return strings.HasSuffix(e.Name, ".attn_qkv.weight") }) {
		return nil
	}
	for i, l := range m.Decoder.Layers {
		a := l.Attention
		maps := map[string]*nn.Layer{"self_attn.q_proj": &a.Query, "self_attn.k_proj": &a.Key, "self_attn.v_proj": &a.Value, "self_attn.o_proj": &a.Output}
		if feed, ok := l.FeedForward.(*FeedForward); ok {
			maps["mlp.gate_proj"], maps["mlp.up_proj"], maps["mlp.down_proj"] = &feed.Gate, &feed.Up, &feed.Down
		}
		for name, at := range maps {
			if err := m.packOne(f, fmt.Sprintf("model.layers.%d.%s.weight", i, name), at); err != nil {
				return err
			}
		}
	}
	if m.Head != nil {
		return m.packOne(f, "lm_head.weight", &m.Head)
	}
	return m.packOne(f, "model.embed_tokens.weight", &m.Head)
}

// packOne replaces a map by a packed one, if its weight is so in the file, alone and of the right shape.
func (m *Model) packOne(f *gguf.File, name string, at *nn.Layer) error {
	s := m.gguf(name)
	w, err := f.Packed(s.Names[0])
	if w == nil { // not there alone, or not packed: it is loaded, or missed, as others are
		return nil
	}
	if err != nil {
		return err
	}
	l, _ := (*at).(*nn.Linear)
	if l != nil && (l.Weight.Value.Dim(0) != w.Out || l.Weight.Value.Dim(1) != w.In) {
		return fmt.Errorf("%s is [%d %d] in the file, and %v in the model", name, w.Out, w.In, l.Weight.Value.Shape())
	}
	q := &op.Quantized{Format: w.Format, Out: w.Out, In: w.In, Data: w.Data, Scale: w.Scale}
	if s.Make != nil { // its rows stand in another order
		q.Data, q.Scale = s.Make([]*tensor.Tensor{w.Data}).Contiguous(), s.Make([]*tensor.Tensor{w.Scale}).Contiguous()
	}
	to := &Packed{Weight: q}
	if l != nil {
		to.Bias.Value = l.Bias.Value
	}
	*at = to
	return nil
}
