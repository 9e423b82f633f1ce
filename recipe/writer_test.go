package recipe

import (
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data/token"
	"github.com/jimu-ml/jimu/generate"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// afterwards is a model of three positions that makes of each token the one with the next number, and of the last the first.
type afterwards struct{ tokens int }

func (afterwards) Positions() int { return 3 }

func (m afterwards) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	y := make([]float32, x.Len()*m.tokens)
	for i, id := range x.Ints() {
		y[i*m.tokens+(int(id)+1)%m.tokens] = 9
	}
	return p.Input(tensor.Of(y, x.Dim(0), x.Dim(1), m.tokens))
}

func TestWriter(t *testing.T) {
	tokens, err := token.Characters("abcdé", "<end>")
	if err != nil {
		t.Fatal(err)
	}
	w := &Writer{Model: afterwards{tokens.Size()}, Tokens: tokens, Begin: []int64{0}, Stop: []int64{0}}
	prompt, err := w.Prompt("bc")
	if err != nil || !slices.Equal(prompt, []int64{0, 2, 3}) {
		t.Fatal(prompt, err)
	}
	if _, err := w.Write(t.Context(), prompt, generate.Config{}); err == nil || !strings.Contains(err.Error(), "no room") {
		t.Errorf("a text that outgrows the positions: %v", err)
	}
	w.Slides = true
	if made, err := w.Write(t.Context(), prompt, generate.Config{}); made != "dé" || err != nil {
		t.Errorf("%q, %v", made, err)
	}
	if made, err := w.Write(t.Context(), prompt, generate.Config{Most: 1}); made != "d" || err != nil {
		t.Errorf("%q, %v", made, err)
	}
	for text, want := range map[string]string{"axb": `'x'`, "abé春": `'春'`, "ä": `'ä'`, "春a": `'春'`} {
		if _, err := w.Prompt(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the prompt %q: %v", text, err)
		}
	}
}
