package transformer

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// An Entry makes of tokens what goes into a stack of layers: where they stand is added.
type Entry struct {
	Positions *nn.Embedding // learned, behind two rows that are never used; nil: waves
	Norm      *nn.LayerNorm // nil: none
	Drop      *nn.Dropout   `nn:"-"`
}

// before is the rows before the learned positions.
const before = 2

func newEntry(r *rng.Rand, c Config) *Entry {
	e := new(Entry)
	if c.Learned > 0 {
		e.Positions = table(r, c.Learned+before, c.Width)
	}
	if c.FirstNorm {
		e.Norm = nn.NewLayerNorm(c.Width)
	}
	if c.Dropout > 0 {
		e.Drop = nn.NewDropout(r, c.Dropout)
	}
	return e
}

// embed returns tokens of which the first stands at that position.
func (e *Entry) embed(p *nn.Pass, tokens *nn.Embedding, ids *tensor.Tensor, first int, c Config) *tensor.Tensor {
	return e.place(p, scaled(p, tokens, ids, c), first, c)
}

// scaled returns the rows of tokens.
func scaled(p *nn.Pass, tokens *nn.Embedding, ids *tensor.Tensor, c Config) *tensor.Tensor {
	if ids.Rank() != 2 {
		panic(tensor.Errorf("transformer", "%v is not [b t]", ids))
	}
	x := tokens.Forward(p, ids)
	if !c.Unscaled {
		x = x.Scale(math.Sqrt(float64(c.Width)))
	}
	return x
}

// place adds to x [b t d] where it stands, the first at that position.
func (e *Entry) place(p *nn.Pass, x *tensor.Tensor, first int, c Config) *tensor.Tensor {
	if c.Learned > 0 && first+x.Dim(1) > c.Learned {
		panic(tensor.Errorf("transformer", "%v from position %d is not within %d positions", x, first, c.Learned))
	}
	at := tensor.Arange(x.Dim(1)).AddScalar(float64(first))
	if e.Positions != nil {
		x = x.Add(e.Positions.Forward(p, at.AddScalar(before).Cast(device.Int64).To(x.Device())))
	} else {
		x = x.Add(waves(at, c).To(x.Device()).Cast(x.DType()))
	}
	if e.Norm != nil {
		x = e.Norm.Forward(p, x)
	}
	if e.Drop != nil {
		x = e.Drop.Forward(p, x)
	}
	return x
}

// waves returns the positions as waves, sines and cosines in turn or in halves.
func waves(at *tensor.Tensor, c Config) *tensor.Tensor {
	y := op.Sinusoidal(at, c.Width, 0)
	if c.Halves {
		y = y.Reshape(y.Dim(0), c.Width/2, 2).Transpose(1, 2).Flatten(1, 2)
	}
	return y
}

// A Reading is a text that a model has read, or several. With it the model is a decoder of tokens, which package generate can
// draw from or search: of one text as many as are asked for, of several one for each, see [Reading.Reorder].
type Reading struct {
	model  *Model
	texts  int
	memory nn.Memories
	mask   *tensor.Tensor // [n s], or nil
}

// Read reads texts, [n s]; the mask is as in [Model.Encode].
func (m *Model) Read(ids, mask *tensor.Tensor) *Reading {
	if ids.Rank() != 2 {
		panic(tensor.Errorf("transformer.Read", "%v are not texts", ids))
	}
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	r := &Reading{model: m, texts: ids.Dim(0), mask: mask}
	r.memory = nn.Memories(m.Decoder.Remember(p, m.Encode(p, p.Input(ids), mask))).Keep(p)
	return r
}

// Forward returns the logits of the token behind each that was written.
//
//	ids [b t] → logits [b t v]
func (r *Reading) Forward(p *nn.Pass, ids *tensor.Tensor) *tensor.Tensor {
	memory, mask := r.of(ids.Dim(0))
	return r.model.logits(p, r.model.features(p, ids, memory, mask))
}

// Caches returns an empty cache for each layer, with room for so many tokens.
func (r *Reading) Caches(room int) []*nn.KeyValueCache {
	return nn.NewKeyValueCaches(len(r.memory), room)
}

// Decode is [Reading.Forward] for tokens that follow those in the caches, to which it adds them, and gives the logits of the last
// alone. No gradient flows.
//
//	ids [b t] → logits [b v]
func (r *Reading) Decode(p *nn.Pass, ids *tensor.Tensor, c []*nn.KeyValueCache) *tensor.Tensor {
	m, first := r.model, c[0].Len()
	memory, mask := r.of(ids.Dim(0))
	x := m.Writing.embed(p, m.target(), ids, first, m.Config)
	x = m.Decoder.Decode(p, x, nn.NewTransformerCache(c, memory), nn.AttendConfig{Keys: mask})
	return m.logits(p, x.Slice(1, x.Dim(1)-1, x.Dim(1))).Squeeze(1)
}

// Reorder goes on with the texts of those numbers, one of which may come twice: what is written next in row i is of text rows[i]
// as they were.
func (r *Reading) Reorder(rows []int64) {
	if r.texts == 1 { // which serves any number of rows
		return
	}
	r.texts, r.memory = len(rows), r.memory.Reorder(rows)
	if r.mask != nil {
		r.mask = r.mask.Take(0, tensor.Of(rows, len(rows)).To(r.mask.Device()))
	}
}

// of returns what was read for a batch of n rows.
func (r *Reading) of(n int) ([]nn.Memory, *tensor.Tensor) {
	if r.texts != 1 {
		if n != r.texts {
			panic(tensor.Errorf("transformer", "%d rows are written of %d texts; they are one for each", n, r.texts))
		}
		return r.memory, r.mask
	}
	mask := r.mask
	if mask != nil {
		mask = mask.Expand(n, mask.Dim(1))
	}
	return r.memory.Expand(n), mask
}
