package generate_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/generate"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	_ "github.com/jimu-ml/jimu/model/llama"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// whole is a model without caches.
type whole struct{ nn.Layer }

// decoder returns the small Llama of the golden file.
func decoder(t testing.TB, all map[string]*check.Case) nn.Layer {
	t.Helper()
	c := all["model"]
	var config json.RawMessage
	var shapes [][]int
	c.Attr("config", &config)
	c.Attr("shapes", &shapes)
	a, _, _ := model.Find("llama")
	own, of, err := a.Published(config)
	if err != nil {
		t.Fatal(err)
	}
	m, err := model.New("llama", nil, of, own)
	if err != nil {
		t.Fatal(err)
	}
	var file []format.Named
	for i, name := range c.Names() {
		offset, scale := float32(1), float32(0.2)
		if s := shapes[i]; len(s) > 1 {
			offset, scale = 0, float32(math.Sqrt(float64(6/float32(s[len(s)-1]))))
		}
		file = append(file, format.Named{Name: name, Tensor: check.Formula(uint64(i+1), offset, scale, shapes[i]...)})
	}
	if err := model.Load(m, format.Of(nil, file...)); err != nil {
		t.Fatal(err)
	}
	return m
}

// text collects what is made.
func text(m nn.Layer, prompt []int64, c generate.Config) (ids []int64, last generate.Token, err error) {
	for t, e := range generate.Tokens(context.Background(), m, prompt, c) {
		if e != nil {
			return ids, last, e
		}
		ids, last = append(ids, t.ID), t
	}
	return ids, last, nil
}

// The likeliest tokens are transformers', with caches and without.
func TestGreedyEqualsTransformers(t *testing.T) {
	all := check.Golden(t, "testdata/generate.golden")
	m := decoder(t, all)
	for name, c := range map[string]generate.Config{
		"greedy":         {Most: 24},
		"greedy/penalty": {Most: 24, RepetitionPenalty: 1.4, Processors: nil},
	} {
		if name == "greedy/penalty" {
			c.Processors = []generate.Processor{generate.RepetitionPenalty{Factor: 1.4}, generate.NoRepeat{N: 3}}
			c.RepetitionPenalty = 0
		}
		want := all[name].Int64("tokens")
		for _, m := range []nn.Layer{m, whole{m}} {
			got, last, err := text(m, all[name].Int64("prompt"), c)
			if err != nil || !slices.Equal(got, want) || last.Stop || !(last.LogProbability < 0) {
				t.Errorf("%s: %v, want %v (%v, last %v)", name, got, want, err, last)
			}
		}
	}
}

func TestBeamsEqualTransformers(t *testing.T) {
	all := check.Golden(t, "testdata/generate.golden")
	m := decoder(t, all)
	for _, c := range check.Cases(t, all, "beams/") {
		config := generate.BeamConfig{Beams: c.Int("beams"), Most: 12, Penalty: c.Float("penalty"), Early: c.Bool("early"), Thorough: c.Bool("thorough")}
		c.Attr("stop", &config.Stop)
		for i, m := range []nn.Layer{m, whole{m}} {
			if i == 1 && c.Name != "beams/1" && c.Name != "beams/50" && testing.Short() {
				continue
			}
			got, err := generate.Beams(context.Background(), m, c.Int64("prompt"), config)
			if err != nil || len(got) != config.Beams {
				t.Fatalf("%s: %v, %v", c.Name, got, err)
			}
			tokens, scores := c.Int64("tokens"), c.Float32("scores")
			for i, n := range c.Int64("lengths") {
				if !slices.Equal(got[i].Tokens, tokens[:n]) || math.Abs(got[i].Score-float64(scores[i])) > 1e-5*math.Abs(float64(scores[i])) {
					t.Errorf("%s %+v: beam %d is %v, want %v scored %v", c.Name, config, i, got[i], tokens[:n], scores[i])
				}
				tokens = tokens[n:]
			}
		}
	}
}

// What is found behind several prompts at once is what is found behind each, in any order and however early each search ends.
func TestBeamsEachIsBeams(t *testing.T) {
	all := check.Golden(t, "testdata/generate.golden")
	m := decoder(t, all)
	config := generate.BeamConfig{Beams: 3, Most: 8, Stop: []int64{5, 9, 11, 20}, Penalty: 1, Early: true}
	prompts := [][]int64{{1, 7, 3}, {4, 4, 4}, {2, 30, 8}, {9, 1, 12}}
	got, err := generate.BeamsEach(context.Background(), m, prompts, config)
	if err != nil || len(got) != len(prompts) {
		t.Fatal(got, err)
	}
	ends := map[int]bool{}
	for i, prompt := range prompts {
		want, err := generate.Beams(context.Background(), m, prompt, config)
		if err != nil {
			t.Fatal(err)
		}
		for k := range want {
			ends[len(want[k].Tokens)] = true
			if !slices.Equal(got[i][k].Tokens, want[k].Tokens) || math.Abs(got[i][k].Score-want[k].Score) > 1e-5 {
				t.Errorf("prompt %d, beam %d: %v, want %v", i, k, got[i][k], want[k])
			}
		}
	}
	if len(ends) < 2 {
		t.Errorf("all beams are of one length, %v: no search ends before another", ends)
	}
	if none, err := generate.BeamsEach(context.Background(), m, nil, config); none != nil || err != nil {
		t.Error(none, err)
	}
	if _, err := generate.BeamsEach(context.Background(), m, [][]int64{{1}, {2, 3}}, config); err == nil || !strings.Contains(err.Error(), "prompts of 1 and 2 tokens") {
		t.Error(err)
	}
}

// Each processor changes logits as transformers' does.
func TestProcessorsEqualTransformers(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/generate.golden"), "processors/") {
		c := c.On(t)
		var p generate.Processor
		switch name, _, _ := strings.Cut(strings.TrimPrefix(c.Name, "processors/"), "/"); name {
		case "temperature":
			p = generate.Temperature{T: c.Float("t")}
		case "top_k":
			p = generate.TopK{K: c.Int("k")}
		case "top_p":
			p = generate.TopP{P: c.Float("p")}
		case "min_p":
			p = generate.MinP{P: c.Float("p")}
		case "typical":
			p = generate.Typical{P: c.Float("p")}
		case "epsilon", "eta":
			p = generate.Epsilon{Epsilon: c.Float("p"), Entropy: name == "eta"}
		case "repetition":
			p = generate.RepetitionPenalty{Factor: c.Float("p")}
		case "no_repeat":
			p = generate.NoRepeat{N: c.Int("n")}
		default:
			t.Fatalf("no processor for %s", c.Name)
		}
		logits := slices.Clone(c.Float32("logits"))
		p.Process(c.Int64("text"), logits)
		for i, want := range c.Float32("y") {
			if got := logits[i]; got != want && !(math.Abs(float64(got-want)) < 1e-6*math.Abs(float64(want))) {
				t.Errorf("%s: logit %d is %v, want %v", c.Name, i, got, want)
			}
		}
	}
}

func TestProcessorsByHand(t *testing.T) {
	inf := float32(math.Inf(-1))
	for name, c := range map[string]struct {
		p    generate.Processor
		want []float32
	}{
		"frequency":     {generate.FrequencyPenalty{Presence: 1, Frequency: 0.5}, []float32{1, 0, 3 - 1.5}},
		"bias":          {generate.Bias{0: 2, 1: math.Inf(-1), 9: 1}, []float32{3, inf, 3}},
		"too short":     {generate.AtLeast{Length: 5, Stop: []int64{2, 7}}, []float32{1, 2, inf}},
		"long enough":   {generate.AtLeast{Length: 4, Stop: []int64{2}}, []float32{1, 2, 3}},
		"penalty, last": {generate.RepetitionPenalty{Factor: 2, Last: 1}, []float32{1, 2, 1.5}},
	} {
		logits := []float32{1, 2, 3}
		if c.p.Process([]int64{1, 1, 50, 2}, logits); !slices.Equal(logits, c.want) {
			t.Errorf("%s: %v, want %v", name, logits, c.want)
		}
	}
}

// table is a model whose logits depend on the last token alone.
type table [][]float32

func (m table) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	var y []float32
	for _, id := range x.Ints() {
		y = append(y, m[id]...)
	}
	return p.Input(tensor.Of(y, x.Dim(0), x.Dim(1), len(m)))
}

// limited is a model with five positions.
type limited struct{ table }

func (limited) Positions() int { return 5 }

// The draws have the probabilities that logits and temperature say, and follow from the key.
func TestDraws(t *testing.T) {
	m := table{{0, 1, 2}, {0, 0, 0}, {3, 2, 1}}
	const n = 3000
	c := generate.Config{Most: n, Temperature: 2, Key: rng.KeyOf(5)}
	ids, _, err := text(m, []int64{0}, c)
	if err != nil {
		t.Fatal(err)
	}
	before, count, total := int64(0), [3][3]float64{}, [3]float64{}
	for _, id := range ids {
		count[before][id]++
		total[before]++
		before = id
	}
	for i, row := range m {
		sum := 0.0
		for _, v := range row {
			sum += math.Exp(float64(v) / 2)
		}
		for j, v := range row {
			p := math.Exp(float64(v)/2) / sum
			if got := count[i][j] / total[i]; math.Abs(got-p) > 4*math.Sqrt(p*(1-p)/total[i]) {
				t.Errorf("after %d, %d came in a share of %.3f, want %.3f", i, j, got, p)
			}
		}
	}
	again, _, _ := text(m, []int64{0}, c)
	c.Key = rng.KeyOf(6)
	other, _, _ := text(m, []int64{0}, c)
	if !slices.Equal(ids, again) || slices.Equal(ids, other) {
		t.Error("the draws do not follow from the key")
	}
	c = generate.Config{Most: 200, Temperature: 1, TopK: 1}
	if ids, _, _ := text(m, []int64{0}, c); ids[0] != 2 || ids[1] != 0 || ids[199] != 0 {
		t.Errorf("of the likeliest alone: %v", ids[:4])
	}
}

// A text ends at its stop token, at its context, when nobody asks for more, and when it is cancelled.
func TestEnds(t *testing.T) {
	m := table{{0, 9, 0, 0}, {0, 0, 9, 0}, {0, 0, 0, 9}, {9, 0, 0, 0}}
	ids, last, err := text(m, []int64{0}, generate.Config{Stop: []int64{3}})
	if err != nil || !slices.Equal(ids, []int64{1, 2, 3}) || !last.Stop {
		t.Errorf("%v, %v, %v", ids, last, err)
	}
	if ids, last, err := text(m, []int64{0, 1}, generate.Config{Context: 5}); err != nil || len(ids) != 3 || last.Stop {
		t.Errorf("%v, %v, %v", ids, last, err)
	}
	for range generate.Tokens(context.Background(), m, []int64{0}, generate.Config{}) {
		break
	}
	if ids, _, err := text(limited{m}, []int64{0}, generate.Config{Context: 100}); err != nil || len(ids) != 4 {
		t.Errorf("with five positions: %v, %v", ids, err)
	}
	beams, err := generate.Beams(context.Background(), limited{m}, []int64{0}, generate.BeamConfig{Beams: 1})
	if err != nil || len(beams[0].Tokens) != 4 {
		t.Errorf("with five positions: %v, %v", beams, err)
	}
	if _, err := generate.Beams(context.Background(), limited{m}, make([]int64, 5), generate.BeamConfig{}); err == nil || !strings.Contains(err.Error(), "no room") {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	n := 0
	for _, err := range generate.Tokens(ctx, m, []int64{0}, generate.Config{}) {
		if n++; n == 3 {
			cancel()
		}
		if err != nil && (n != 4 || !errors.Is(err, context.Canceled)) {
			t.Errorf("after %d tokens: %v", n-1, err)
		}
	}
	if _, err := generate.Beams(ctx, m, []int64{0}, generate.BeamConfig{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// What cannot go well is an error that says so.
func TestErrors(t *testing.T) {
	nan := float32(math.NaN())
	good, bad := table{{0, 1}, {1, 0}}, table{{0, nan}, {1, 0}}
	forbidden := []generate.Processor{generate.Bias{0: math.Inf(-1), 1: math.Inf(-1)}}
	for name, c := range map[string]struct {
		m      nn.Layer
		prompt []int64
		config generate.Config
		want   string
	}{
		"empty":       {good, nil, generate.Config{}, "no token to begin with"},
		"no room":     {good, []int64{0, 1}, generate.Config{Context: 2}, "no room in a context of 2"},
		"negative":    {good, []int64{0}, generate.Config{Temperature: -1}, "temperature -1"},
		"share":       {good, []int64{0}, generate.Config{Temperature: 1, TopP: 1.5}, "top p 1.5"},
		"NaN":         {bad, []int64{0}, generate.Config{}, "NaN"},
		"NaN, drawn":  {bad, []int64{0}, generate.Config{Temperature: 1}, "NaN"},
		"forbidden":   {good, []int64{0}, generate.Config{Processors: forbidden}, "every token is forbidden"},
		"no decoder":  {nn.Lambda(func(_ *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return x }), []int64{0}, generate.Config{}, "not logits for each"},
		"wrong shape": {nn.NewLinear(rng.New(1), 3, 3), []int64{0}, generate.Config{}, "Linear"},
	} {
		if _, _, err := text(c.m, c.prompt, c.config); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	for name, c := range map[string]struct {
		m      nn.Layer
		prompt []int64
		config generate.BeamConfig
		want   string
	}{
		"empty":     {good, nil, generate.BeamConfig{}, "prompt of 0"},
		"negative":  {good, []int64{0}, generate.BeamConfig{Beams: -1}, "no -1 beams"},
		"NaN":       {bad, []int64{0}, generate.BeamConfig{}, "no beam can go on"},
		"forbidden": {good, []int64{0}, generate.BeamConfig{Processors: forbidden}, "no beam can go on"},
	} {
		if b, err := generate.Beams(context.Background(), c.m, c.prompt, c.config); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("beams, %s: %v, %v, want %s", name, b, err, c.want)
		}
	}
}
