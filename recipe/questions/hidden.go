package questions

import (
	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/text"
	"github.com/jimu-ml/jimu/model/spanreader"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// hidden is passages without questions, of which words are hidden.
//
//	X [n t c] ids, Y [n t] the words that were hidden, text.Unlabelled elsewhere
type hidden struct {
	reader *reader
	all    [][][channels]int32
	mask   text.Masking
}

// hide returns passages in pieces of so many tokens, of which a share of the words is hidden, anew in each epoch.
func (r *reader) hide(passages []text.Passage, context int, share float64) *hidden {
	h := &hidden{reader: r, mask: text.Masking{
		Mask: r.mask(), Vocab: r.words.Len(), Rate: share, Special: []int64{text.Padding, text.Unknown}, Exact: true,
	}}
	for _, p := range passages {
		ids := r.plain(p.Text, r.tokens(p.Text))
		for len(ids) > 0 {
			n := min(context, len(ids))
			h.all, ids = append(h.all, ids[:n]), ids[n:]
		}
	}
	return h
}

// Len returns the number of pieces.
func (h *hidden) Len() int { return len(h.all) }

// Batch returns the pieces at those positions. Of a hidden word its shape and its ending are hidden too.
func (h *hidden) Batch(index []int, key rng.Key) (data.Batch, error) {
	some := make([][][channels]int32, len(index))
	labels := make([][]int64, len(index))
	for i, k := range index {
		words := make([]int64, len(h.all[k]))
		for j, c := range h.all[k] {
			words[j] = int64(c[0])
		}
		words, labels[i] = h.mask.Apply(words, key.At(uint64(k)))
		some[i] = make([][channels]int32, len(words))
		for j, c := range h.all[k] {
			c[0] = int32(words[j])
			if labels[i][j] != text.Unlabelled {
				c[1], c[5] = h.reader.first(1), h.reader.first(5)
			}
			if j > 0 && labels[i][j-1] != text.Unlabelled {
				c[5] = h.reader.first(5) // a Chinese character's has the one before it
			}
			some[i][j] = c
		}
	}
	x := packed(some)
	t := x.Dim(1)
	y := make([]int64, len(index)*t)
	for i := range y {
		y[i] = text.Unlabelled
	}
	for i, l := range labels {
		copy(y[i*t:], l)
	}
	return data.Batch{X: x, Y: tensor.Of(y, len(index), t), Index: index}, nil
}

// lengths returns the numbers of tokens.
func (h *hidden) lengths() []int {
	all := make([]int, len(h.all))
	for i, ids := range h.all {
		all[i] = len(ids)
	}
	return all
}

// pretraining is the stage in which the encoder of a reader learns hidden words.
func (w *work) pretraining(seed uint64, m *spanreader.Model) *recipe.Stage {
	head := spanreader.NewMasked(rng.New(seed+1), m, w.reader.words.Len())
	s := &recipe.Stage{
		Name: "pretraining", About: "hidden words of passages, without questions", Set: w.unasked, Batch: w.batch, Epochs: w.pretrain,
		Batcher: data.ByLength{Lengths: w.unasked.lengths(), Tokens: w.batch * w.Context, Most: w.batch},
	}
	s.Model = head
	s.Loss = func(p *nn.Pass, b data.Batch) (objective.Loss, *tensor.Tensor) {
		var at, labels []int64
		for i, y := range b.Y.Ints() {
			if y != text.Unlabelled {
				at, labels = append(at, int64(i)), append(labels, y)
			}
		}
		z := head.Logits(p, p.Input(b.X), tensor.Of(at, len(at)))
		return objective.MaskedLMLoss{}.Loss(z, tensor.Of(labels, len(labels))), nil
	}
	return s
}
