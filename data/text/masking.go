package text

import (
	"fmt"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Unlabelled is the label of a token that is not to be predicted; objective.MaskedLMLoss and CausalLMLoss leave it out.
const Unlabelled int64 = -100

// Masking hides tokens for a masked language model as BERT does: of the tokens it chooses, 80 of 100 become the mask, 10 any
// token, and 10 stay as they are.
//
// Which tokens are chosen, and what becomes of them, is a function of the key and the position alone. Special tokens are never
// chosen.
//
// Devlin, Chang, Lee and Toutanova, BERT, 2018 (arXiv:1810.04805), section 3.1 and appendix A.1.
type Masking struct {
	Mask    int64   // the id of the mask
	Vocab   int     // ids from 0 that a random token is drawn from
	Rate    float64 // of tokens that are chosen; 0 means 0.15
	Special []int64 // ids that stay: padding, separators; Mask itself always does
	Exact   bool    // choose exactly that share of each text, rounded, at least one; else each token by chance
}

// Apply returns the tokens as the model sees them, and the labels: the true token where one was chosen, [Unlabelled] elsewhere.
func (m Masking) Apply(tokens []int64, key rng.Key) (input, labels []int64) {
	input, labels = slices.Clone(tokens), make([]int64, len(tokens))
	for i := range labels {
		labels[i] = Unlabelled
	}
	become, other := key.Child("become"), key.Child("other")
	for _, i := range m.choose(tokens, key.Child("choose")) {
		labels[i] = tokens[i]
		switch u := become.Float64At(uint64(i)); {
		case u < 0.8:
			input[i] = m.Mask
		case u < 0.9 && m.Vocab > 0:
			input[i] = int64(other.IntnAt(uint64(i), m.Vocab))
		}
	}
	return input, labels
}

// choose returns the positions to be predicted.
func (m Masking) choose(tokens []int64, key rng.Key) (at []int) {
	rate := m.Rate
	if rate == 0 {
		rate = 0.15
	}
	for i, id := range tokens {
		if id != m.Mask && !slices.Contains(m.Special, id) {
			at = append(at, i)
		}
	}
	if m.Exact {
		n := min(max(int(math.Round(rate*float64(len(at)))), 1), len(at))
		key.Shuffle(len(at), func(i, j int) { at[i], at[j] = at[j], at[i] })
		return at[:n]
	}
	return slices.DeleteFunc(at, func(i int) bool { return key.Float64At(uint64(i)) >= rate })
}

// Of returns a set whose X are the masked tokens of another's X [n t], and whose Y are the labels [n t]. An example at position i
// is masked by key.At(i), so that every epoch masks anew.
func (m Masking) Of(s data.Set) data.Set { return masked{s, m} }

type masked struct {
	data.Set
	masking Masking
}

func (s masked) Batch(index []int, key rng.Key) (data.Batch, error) {
	b, err := s.Set.Batch(index, key)
	if err != nil {
		return b, err
	}
	if b.X.Rank() != 2 || b.X.DType().IsFloat() {
		return b, fmt.Errorf("masking a batch %s of shape %v: want tokens [n t]", b.X.DType(), b.X.Shape())
	}
	tokens, t := b.X.Ints(), b.X.Dim(1)
	x, y := make([]int64, 0, len(tokens)), make([]int64, 0, len(tokens))
	for i, at := range index {
		in, labels := s.masking.Apply(tokens[i*t:(i+1)*t], key.At(uint64(at)))
		x, y = append(x, in...), append(y, labels...)
	}
	b.X, b.Y = tensor.Of(x, len(index), t), tensor.Of(y, len(index), t)
	return b, nil
}

// HidePrefix returns the labels of texts of which the first tokens are given and the rest is to be predicted: a prefix language
// model, or a prompt and its answer.
//
//	tokens → labels: [Unlabelled] for the first n, the tokens from there
func HidePrefix(tokens []int64, n int) []int64 {
	labels := slices.Clone(tokens)
	for i := range min(max(n, 0), len(labels)) {
		labels[i] = Unlabelled
	}
	return labels
}
