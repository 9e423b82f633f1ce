package transformer

import (
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/modeltest"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

var (
	pointing = model.Examples{Input: []int{6}, Tokens: 20, Outputs: 16}
	small    = PointerConfig{Config: Config{Layers: 1, Width: 8, Heads: 2, Hidden: 12, PreNorm: true}, Sentences: 3}
)

func pointer(t *testing.T, c PointerConfig) *Pointer {
	t.Helper()
	m, err := NewPointer(rng.New(1), pointing, c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// some returns two sources, of which the second is shorter, with marks, their sentences and two targets.
func some() (in []*tensor.Tensor, next *tensor.Tensor) {
	source := tensor.Of([]int64{17, 5, 7, 18, 9, 5, 16, 3, 9, 0, 0, 0}, 2, 6)
	sentences := tensor.Of([]int64{1, 1, 1, 2, 2, 2, 1, 1, 1, 0, 0, 0}, 2, 6)
	return []*tensor.Tensor{source, sentences, tensor.Of([]int64{1, 5, 7, 8, 1, 3, 4, 2}, 2, 4)}, tensor.Of([]int64{5, 7, 8, 2, 3, 4, 9, 2}, 2, 4)
}

// The probabilities are ones, nothing is copied of what is not there or a mark, and the log-likelihood of a token is that of the whole.
func TestPointerMixes(t *testing.T) {
	m := pointer(t, small)
	in, next := some()
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	all := m.Run(p, in)[0]
	for i, s := range all.Exp().Sum(2).Floats() {
		if math.Abs(float64(s)-1) > 1e-5 {
			t.Errorf("the probabilities of row %d are %v together", i, s)
		}
	}
	tokens, sentences := m.LogLikelihood(p, in, next)
	check.Close(t, "log-likelihood", tokens.Floats(), all.Gather(next).Floats(), 1e-5)
	share := sentences.Exp().Floats()
	if len(share) != 6 || share[2] != 0 || share[4] != 0 || math.Abs(float64(share[0]+share[1]-1)) > 1e-6 || math.Abs(float64(share[3]-1)) > 1e-6 {
		t.Errorf("sentences have the shares %v", share)
	}
	// With a gate that is shut, only what stands in the source is left.
	m.Gate.Bias.Value.Fill(-60)
	m.Gate.Weight.Value.Fill(0)
	for i, v := range m.Run(p, in)[0].Exp().Floats() {
		if row, id := i/64, int64(i%16); !slices.Contains([][]int64{{5, 7, 9}, {3, 9}}[row], id) && v > 1e-12 {
			t.Errorf("token %d has the probability %v, and text %d does not have it", id, v, row)
		}
	}
}

// Of one sentence, the likeliest, is copied if no more are wanted; with as many as there are nothing changes.
func TestPointerFocuses(t *testing.T) {
	m := pointer(t, small)
	m.Gate.Bias.Value.Fill(-60)
	m.Gate.Weight.Value.Fill(0)
	in, _ := some()
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	want := m.Run(p, in)[0].Floats()
	r := m.Read(in[0], in[1])
	r.Focus(2)
	check.Close(t, "two sentences", r.Forward(p, in[2]).Floats(), want, 1e-6)
	r.Focus(1)
	of := []int64{5, 7}
	if s := r.Salience().Floats(); s[1] > s[0] {
		of = []int64{5, 9}
	}
	for i, v := range r.Forward(p, in[2]).Exp().Floats()[:64] {
		if id := int64(i % 16); slices.Contains(of, id) != (v > 1e-6) {
			t.Errorf("token %d has the probability %v; the sentence has %v", id, v, of)
		}
	}
}

// What is written token by token, with texts that are searched in another order, has the log-probabilities of the whole.
func TestPointerDecodesAsItReads(t *testing.T) {
	learned := small
	learned.Learned = 9
	for name, c := range map[string]PointerConfig{"waves": small, "learned": learned} {
		m := pointer(t, c)
		in, _ := some()
		p := nn.NewPass(nn.PassConfig{})
		want := m.Run(p, in)[0].Floats()
		r := m.Read(in[0], in[1])
		check.Close(t, name, r.Forward(p, in[2]).Floats(), want, 1e-5)
		p.Close()
		caches := r.Caches(4)
		for _, part := range [][2]int{{0, 2}, {2, 3}, {3, 4}} {
			if part[0] == 3 { // text 1 first
				in[2] = in[2].Take(0, tensor.Of([]int64{1, 0}))
				want = append(slices.Clone(want[64:]), want[:64]...)
				r.Reorder([]int64{1, 0})
				for _, c := range caches {
					c.Reorder([]int64{1, 0})
				}
			}
			p := nn.NewPass(nn.PassConfig{})
			got := r.Decode(p, p.Input(in[2].Slice(1, part[0], part[1]).Contiguous()), caches).Floats()
			at := (part[1] - 1) * 16
			check.Close(t, name, got, slices.Concat(want[at:at+16], want[64+at:64+at+16]), 1e-5)
			p.Close()
		}
	}
}

// The gradients of the mixture's log-likelihood, of every parameter, are those of differences.
func TestPointerGradients(t *testing.T) {
	c := small
	c.Width, c.Heads, c.Hidden, c.Activation = 4, 1, 4, "gelu"
	m := pointer(t, c)
	in, next := some()
	params := nn.Params(m)
	var at []*tensor.Tensor
	for _, q := range params {
		at = append(at, q.Param.Value)
	}
	err := autograd.CheckOrder(1, func(x []*tensor.Tensor) *tensor.Tensor {
		override := map[*tensor.Param]*tensor.Tensor{}
		for i, q := range params {
			override[q.Param] = x[i]
		}
		p := nn.NewPass(nn.PassConfig{Override: override})
		tokens, sentences := m.LogLikelihood(p, in, next)
		return tensor.Concat(0, tokens.Flatten(0, 1), sentences.Slice(0, 0, 1).Slice(1, 0, 2).Flatten(0, 1))
	}, at...)
	if err != nil {
		t.Error(err)
	}
}

// Texts are learned of which a part can only be copied, as a mark says.
func TestPointerOverfitsOneBatch(t *testing.T) {
	m := pointer(t, small)
	in, next := some()
	modeltest.Overfits(t, "pointer_generator", m, 1e-2, 100, 0.05, func(p *nn.Pass) objective.Loss {
		tokens, _ := m.LogLikelihood(p, in, next)
		return objective.Loss{Sum: tokens.Sum().Neg(), Count: 8}
	})
}

func TestPointerWhatDoesNotFitIsSaid(t *testing.T) {
	modeltest.Refuses(t, "pointer_generator", pointing, `{"apart": true}`, "neither apart nor biased")
	modeltest.Refuses(t, "pointer_generator", pointing, `{"sentences": -1}`, "want 1 or more")
	modeltest.Refuses(t, "pointer_generator", pointing, `{"heads": 5}`, "do not fit")
	modeltest.Refuses(t, "pointer_generator", model.Examples{Input: []int{6}, Tokens: 20, Outputs: 30}, ``, "what is written can be read")
}

// PyTorch's layers, with the papers' equations around them, have the same parameters and give the same log-probabilities.
func TestPointerEqualsPyTorch(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/pointer.golden"), "") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			config := PointerConfig{Config: Config{Layers: 2, DecoderLayers: 1, Width: 16, Heads: 2, Hidden: 24, PreNorm: c.Bool("pre_norm")}, Sentences: 4}
			m, err := NewPointer(nil, model.Examples{Input: []int{9}, Tokens: 40, Outputs: 34}, config)
			if err != nil {
				t.Fatal(err)
			}
			check.Fill(t, nn.Params(m), c.Names())
			p := nn.NewPass(nn.PassConfig{})
			defer p.Close()
			var in []*tensor.Tensor
			for _, port := range m.Inputs() {
				in = append(in, p.Input(tensor.Of(c.Int64(port.Name), c.Shape(port.Name)...)))
			}
			check.CloseScaled(t, "log-probabilities", m.Run(p, in)[0].Floats(), c.Float32("log_probabilities"), 10*c.Float("err32")+1e-5)
			check.CloseScaled(t, "salience", m.Read(in[0], in[1]).Salience().Floats(), c.Float32("salience"), 1e-5)
		})
	}
}
