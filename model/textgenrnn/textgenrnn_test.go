package textgenrnn

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/format"
	_ "github.com/jimu-ml/jimu/format/keras"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/modeltest"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// published returns the network and the vocabulary that textgenrnn brings along.
func published(t *testing.T) (*Model, *Vocabulary) {
	t.Helper()
	folder := check.Published(t, "weights/textgenrnn")
	r, err := os.Open(filepath.Join(folder, "textgenrnn_vocab.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	v, err := ReadVocabulary(r)
	if err != nil {
		t.Fatal(err)
	}
	m, err := New(nil, v.Len(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := format.Open(filepath.Join(folder, "textgenrnn_weights.hdf5"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := model.Load(m, f, Layouts...); err != nil {
		t.Fatal(err)
	}
	return m, v
}

// The published network gives each character the probability that Keras gives it, and writes words.
func TestPublishedNetwork(t *testing.T) {
	m, v := published(t)
	for _, c := range check.Cases(t, check.Golden(t, "testdata/textgenrnn.golden"), "") {
		var text string
		c.Attr("text", &text)
		ids := v.Encode(text, Length)
		for i, id := range c.Int64("ids") {
			if ids[i] != id {
				t.Fatalf("%q is %v, want %v", text, ids, c.Int64("ids"))
			}
		}
		p, err := m.probabilities(ids)
		if err != nil {
			t.Fatal(err)
		}
		check.Close(t, text, p, c.Float32("probabilities"), 1e-5)
	}
	for _, temperature := range []float64{0, 0.2, 0.5, 1} {
		text, err := m.Generate(v, GenerateConfig{Prefix: "Why ", Temperature: []float64{temperature}, Most: 80, Key: rng.KeyOf(1)})
		if err != nil || !strings.HasPrefix(text, "Why ") || len(text) < 8 {
			t.Errorf("%q, %v", text, err)
		}
		t.Logf("temperature %v: %s", temperature, text)
	}
}

// Draws are as likely as the temperature says; nothing is never drawn.
func TestDraw(t *testing.T) {
	p := []float32{0.1, 0.2, 0.7}
	for _, temperature := range []float64{0.5, 1, 2} {
		want := [3]float64{}
		sum := 0.0
		for i, v := range p {
			want[i] = math.Pow(float64(v), 1/temperature)
			sum += want[i]
		}
		want[1] += want[0] // the second likeliest in place of none
		want[0] = 0
		count := [3]float64{}
		const n = 100000
		for i := range n {
			count[draw(p, temperature, (float64(i)+0.5)/n)]++
		}
		for i := range p {
			if math.Abs(count[i]/n-want[i]/sum) > 1e-4 {
				t.Errorf("at %v, %d is drawn with %v, want %v", temperature, i, count[i]/n, want[i]/sum)
			}
		}
	}
	if draw(p, 0, 0.05) != 2 {
		t.Error("at 0 the likeliest is taken")
	}
}

// What does not fit is said.
func TestRefuses(t *testing.T) {
	for _, text := range []string{`[]`, `{"a": 0, "<s>": 1}`, `{"a": 1, "<s>": 1}`, `{"a": 7, "<s>": 1}`, `{"a": 1}`} {
		if _, err := ReadVocabulary(strings.NewReader(text)); err == nil {
			t.Errorf("%s is taken", text)
		}
	}
	v, err := ReadVocabulary(strings.NewReader(`{"a": 1, "<s>": 2}`))
	if err != nil {
		t.Fatal(err)
	}
	m, err := New(rng.New(1), 9, Config{Width: 2, Units: 3})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Generate(v, GenerateConfig{}); err == nil || !strings.Contains(err.Error(), "9 tokens, and the vocabulary 3") {
		t.Error(err)
	}
	of := model.Examples{Input: []int{8}, Tokens: 9, Outputs: 9}
	for _, c := range []struct{ text, want string }{{`{"units": -1}`, "1 or more"}, {`{"depth": 1}`, "depth"}} {
		if _, err := model.New("textgenrnn", rng.New(1), of, json.RawMessage(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := New(rng.New(1), 9, Config{Width: 8, Units: 12})
	if err != nil {
		t.Fatal(err)
	}
	x := tensor.Of([]int64{0, 1, 2, 3, 0, 4, 5, 6, 1, 2, 3, 4, 6, 5, 4, 8}, 4, 4)
	y := tensor.Of([]int64{4, 7, 5, 1}, 4)
	modeltest.Overfits(t, "textgenrnn", m, 2e-2, 80, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.CrossEntropy(m.Forward(p, x), y)
	})
}
