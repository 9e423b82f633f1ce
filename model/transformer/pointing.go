package transformer

import (
	"cmp"
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// An original is what was read, of which a [Pointer] copies.
type original struct {
	ids, sentences *tensor.Tensor // [b s]
	there          *tensor.Tensor // [b s], Bool
	memory         nn.Memories
	keys           *tensor.Tensor // [b s d], of the pointer
	bias           *tensor.Tensor // [b s], added to the logits of what is pointed at
	salience       *tensor.Tensor // [b k]
}

// least is what copying gives at least every token, so that its logarithm is finite.
const least = 1e-30

// mixed returns the log-probabilities of the token behind each of those features, [b t v].
func (m *Pointer) mixed(p *nn.Pass, f *tensor.Tensor, o *original) *tensor.Tensor {
	written, pointed, gate := m.choices(p, f, o)
	b, t, v := written.Dim(0), written.Dim(1), written.Dim(2)
	s := pointed.Dim(2)
	rows := tensor.Arange(b).To(o.ids.Device()).Unsqueeze(1)
	rows = rows.Mul(rows.FullLike(float64(v)))
	at := o.ids.Cast(device.Int64).Minimum(rows.FullLike(float64(v - 1))).Add(rows).Reshape(b * s)
	shares := op.Softmax(pointed, -1).Transpose(1, 2).Reshape(b*s, t) // marks have none
	copied := shares.ScatterSum(0, at, b*v).Reshape(b, v, t).Transpose(1, 2)
	return op.LogSoftmax(written, -1).Add(op.LogSigmoid(gate)).LogAddExp(copied.AddScalar(least).Log().Add(op.LogSigmoid(gate.Neg())))
}

// LogLikelihood returns the log-probability [b t] of each token of next [b t], without making those of all, and those of the
// sentences of the source [b k], of the inputs of [Pointer.Run]. A token of next that is no output has that of 0.
func (m *Pointer) LogLikelihood(p *nn.Pass, in []*tensor.Tensor, next *tensor.Tensor) (tokens, sentences *tensor.Tensor) {
	o := m.read(p, in[0], in[1])
	written, pointed, gate := m.choices(p, m.features(p, in[2], o), o)
	gate = gate.Squeeze(2)
	same := o.ids.Unsqueeze(1).Equal(next.Unsqueeze(2)) // [b t s]
	found := op.LogSumExp(tensor.Where(same, pointed, pointed.FullLike(impossible)), -1)
	copied := found.Sub(op.LogSumExp(pointed, -1)).Add(op.LogSigmoid(gate.Neg()))
	return op.LogSoftmax(written, -1).Gather(next).Add(op.LogSigmoid(gate)).LogAddExp(copied), o.salience
}

// A PointerReading is texts that a [Pointer] has read, for package generate to search: one row for each.
type PointerReading struct {
	model *Pointer
	original
}

// Read reads texts [b s] with the sentence of each of their tokens.
func (m *Pointer) Read(ids, sentences *tensor.Tensor) *PointerReading {
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	o := m.read(p, p.Input(ids), p.Input(sentences))
	return &PointerReading{m, original{
		ids: ids, sentences: sentences, there: p.Keep(o.there), memory: o.memory.Keep(p), keys: p.Keep(o.keys), bias: p.Keep(o.bias), salience: p.Keep(o.salience),
	}}
}

// Salience returns the log-probabilities of the sentences, [b k].
func (r *PointerReading) Salience() *tensor.Tensor { return r.salience }

// Focus lets only so many sentences of each text be copied of, those chosen with the highest probability. It is meant to be called
// before anything is written.
//
// Gehrmann, Deng and Rush, Bottom-Up Abstractive Summarization, 2018 (arXiv:1808.10792), section 4, where it is words that are
// chosen.
func (r *PointerReading) Focus(sentences int) {
	k, s := r.salience.Dim(1), r.sentences.Dim(1)
	shares, of, bias := r.salience.Floats(), r.sentences.Ints(), r.bias.Floats()
	there := make([]bool, len(of))
	for at := 0; at < len(of); at += s {
		var some []int64 // sentences with a token that can be copied
		for i := at; i < at+s; i++ {
			if bias[i] > impossible/2 && !slices.Contains(some, of[i]) {
				some = append(some, of[i])
			}
		}
		share := shares[at/s*k:]
		slices.SortStableFunc(some, func(a, b int64) int { return cmp.Compare(share[b-1], share[a-1]) })
		some = some[:min(sentences, len(some))]
		for i := at; i < at+s; i++ {
			there[i] = slices.Contains(some, of[i])
		}
	}
	seen := tensor.Of(there, r.sentences.Shape()...).To(r.bias.Device())
	r.bias = tensor.Where(seen, r.bias, r.bias.FullLike(impossible))
}

// Forward returns the log-probabilities of the token behind each that was written.
//
//	ids [b t] → log-probabilities [b t v]
func (r *PointerReading) Forward(p *nn.Pass, ids *tensor.Tensor) *tensor.Tensor {
	r.check(ids)
	return r.model.mixed(p, r.model.features(p, ids, &r.original), &r.original)
}

// Caches returns an empty cache for each layer, and one for the tokens themselves, with room for so many.
func (r *PointerReading) Caches(room int) []*nn.KeyValueCache {
	return nn.NewKeyValueCaches(len(r.memory)+1, room)
}

// Decode is [PointerReading.Forward] for tokens that follow those in the caches, to which it adds them, and gives the
// log-probabilities behind the last alone. No gradient flows.
//
//	ids [b t] → log-probabilities [b v]
func (r *PointerReading) Decode(p *nn.Pass, ids *tensor.Tensor, c []*nn.KeyValueCache) *tensor.Tensor {
	r.check(ids)
	m, layers := r.model, len(r.memory)
	x := m.embed(p, m.Base.Writing, ids, c[layers])
	x = m.Base.Decoder.Decode(p, x, nn.NewTransformerCache(c[:layers], r.memory), nn.AttendConfig{Keys: r.there})
	return m.mixed(p, x.Slice(1, x.Dim(1)-1, x.Dim(1)), &r.original).Squeeze(1)
}

// Reorder goes on with the texts of those numbers, one of which may come twice.
func (r *PointerReading) Reorder(rows []int64) {
	at := tensor.Of(rows, len(rows)).To(r.ids.Device())
	r.memory = r.memory.Reorder(rows)
	for _, x := range []**tensor.Tensor{&r.ids, &r.sentences, &r.there, &r.keys, &r.bias, &r.salience} {
		*x = (*x).Take(0, at)
	}
}

func (r *PointerReading) check(ids *tensor.Tensor) {
	if n := r.ids.Dim(0); ids.Dim(0) != n {
		panic(tensor.Errorf("transformer", "%d rows are written of %d texts; they are one for each", ids.Dim(0), n))
	}
}
