package questions

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/text"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/recipe/recipetest"
	"github.com/jimu-ml/jimu/tensor"
)

// small makes the recipe learn in seconds.
var small = []string{"model.width=24", "model.above=3", "data.pretrain=1", "train.epochs=2", "train.average=0", "optimizer.lr=0.008", "data.context=250", "train.examples=500"}

// The recipe learns to answer better than what is said by comparing words, and the run's folder is all it takes.
func TestLearnsToAnswer(t *testing.T) {
	s, res := recipetest.Run(t, recipetest.Recipe(t, "questions", small...))
	m := res.Metrics
	if res.Tested != 289 || m["f1"] < m["overlap_sentence_f1"]+1.5 || m["exact_match"] < m["overlap_rest_exact_match"]+3 || m["overlap_sentence_f1"] < 15 {
		t.Errorf("%d tested: %v", res.Tested, m)
	}
	passage := "The tower of Ulm is 161 metres high. It was finished in 1890, after 500 years of work."
	asked := passage + " When was the tower finished?"
	file := filepath.Join(s.Dir, "ulm.txt")
	if err := os.WriteFile(file, []byte(passage+"\n\nWhen was the tower finished?\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := s.Ask(t.Context(), recipe.Question{Text: asked})
	if err != nil || len(got) != 1 || len(got[0].Classes) != alternatives || got[0].Input != "When was the tower finished?" {
		t.Fatalf("%+v, %v", got, err)
	}
	if best := got[0].Classes[0]; !strings.Contains(passage, best.Class) || !strings.Contains(got[0].Text, "【"+best.Class+"】") || best.Probability != got[0].Value {
		t.Errorf("%+v", got[0])
	}
	again, err := s.Ask(t.Context(), recipe.Question{File: file})
	if err != nil || again[0].Text != got[0].Text {
		t.Errorf("of a file %+v, %v; want %+v", again, err, got)
	}
	tests, err := s.Ask(t.Context(), recipe.Question{Most: 3})
	if err != nil || len(tests) != 3 || tests[2].Want == "" || tests[0].Input == tests[1].Input || !strings.Contains(tests[2].Read, tests[2].Want) {
		t.Errorf("%+v, %v", tests, err)
	}
	recipetest.Faults(t, s, 289)
	for _, bad := range []string{" ", "Who?", "A passage without a question\n ", "\xff. Who?"} {
		if _, err := s.Ask(t.Context(), recipe.Question{Text: bad}); err == nil {
			t.Errorf("%q is answered", bad)
		}
	}
}

var gold = []text.Passage{{Title: "Ulm", Text: "Ulm has 126,000 people. The tower was finished in 1890. Bells ring at noon; nobody sleeps."}}

func init() {
	at := func(s string) text.Span {
		i := strings.Index(gold[0].Text, s)
		return text.Span{Start: i, End: i + len(s)}
	}
	gold[0].Questions = []text.Asked{
		{Question: "When was the tower finished?", Answers: []text.Span{at("1890"), at("in 1890")}},
		{Question: "How many people has Ulm?", Answers: []text.Span{at("126,000")}},
	}
}

func readerOf(all []text.Passage) *reader {
	var texts []string
	for _, p := range all {
		texts = append(texts, p.Text)
	}
	return &reader{text.NewVocabulary(texts, text.Options{})}
}

// Windows hold each token of a passage, their targets are where people marked the answer, and forgetting a word leaves the rest.
func TestWindows(t *testing.T) {
	r := readerOf(gold)
	all := r.tokens(gold[0].Text)
	c := slicing{question: 8, context: 10, stride: 4}
	ws := c.of(r, gold[0].Text, all, gold[0].Questions[0].Question, gold[0].Questions[0].Answers)
	if last := ws[len(ws)-1]; len(ws) != 4 || last.from+len(last.ids)-8 != len(all) {
		t.Fatalf("%d windows of %d tokens", len(ws), len(all))
	}
	for _, w := range ws {
		for _, a := range w.answers {
			said := cut(gold[0].Text, all, w.from+a.from, w.from+a.to)
			if said != "1890" && said != "in 1890" {
				t.Errorf("the answer of the window at %d is %q", w.from, said)
			}
		}
	}
	e := slicing{8, 40, 40}.answered(r, gold, true)
	b, err := e.Batch([]int{0, 1}, 0)
	if err != nil || e.Len() != 2 || b.X.Dim(1) != 8+len(all) {
		t.Fatal(e.Len(), b.X.Shape(), err)
	}
	y := b.Y.Floats()
	sum := 0.0
	for _, v := range y {
		sum += float64(v)
	}
	if math.Abs(sum-4) > 1e-6 {
		t.Errorf("the shares of two questions sum to %v, want those of two ends each", sum)
	}
	e.forget = 0.5
	some, err := e.Batch([]int{0, 1}, 7)
	if err != nil {
		t.Fatal(err)
	}
	differ := 0
	for i, v := range some.X.Ints() {
		if was := b.X.Ints()[i]; v != was {
			differ++
			if k := i % channels; k != 0 && k != 5 || k == 0 && v != text.Unknown {
				t.Errorf("channel %d became %d from %d", k, v, was)
			}
		}
	}
	if differ == 0 {
		t.Error("nothing was forgotten")
	}
}

// Of a hidden word nothing tells but its neighbours; every channel's ids are its own.
func TestHidden(t *testing.T) {
	r := readerOf(gold)
	h := r.hide(gold, 9, 0.3)
	b, err := h.Batch([]int{0, 1}, 3)
	if err != nil || h.Len() != 3 {
		t.Fatal(h.Len(), err)
	}
	ids, labels, n := b.X.Ints(), b.Y.Ints(), 0
	for i, l := range labels {
		c := ids[i*channels : (i+1)*channels]
		for k := 1; k < channels; k++ {
			if c[0] != text.Padding && (c[k] < int64(r.first(k)) || c[k] >= int64(r.first(k+1))) {
				t.Errorf("channel %d has %d", k, c[k])
			}
		}
		if l == text.Unlabelled {
			continue
		}
		if n++; c[1] != int64(r.first(1)) || c[5] != int64(r.first(5)) {
			t.Errorf("hidden word %d shows %v", l, c)
		}
	}
	if n != 6 || r.first(channels) != int32(r.size()) {
		t.Errorf("%d words are hidden, want 3 of each 9", n)
	}
}

// What is learned of a batch is what is learned of each of its questions.
func TestLossOfBatchIsThatOfEach(t *testing.T) {
	r := readerOf(gold)
	w := &work{kept: kept{Question: 8, Context: 40, Stride: 40, Longest: 5}, reader: r}
	j, err := w.Begin(recipetest.Recipe(t, "questions"))
	if err != nil {
		t.Fatal(err)
	}
	e := w.slicing().answered(r, gold, true)
	loss := func(index ...int) objective.Loss {
		b, err := data.Set(e).Batch(index, 0)
		if err != nil {
			t.Fatal(err)
		}
		p := nn.NewPass(nn.PassConfig{})
		defer p.Close()
		l, _ := j.Loss(p, b)
		return objective.Loss{Sum: p.Keep(l.Sum), Count: l.Count}
	}
	a, b, both := loss(0), loss(1), loss(0, 1)
	if math.Abs(both.Sum.Item()-a.Sum.Item()-b.Sum.Item()) > 1e-4 || both.Count != 4 {
		t.Errorf("%v of %v together, %v and %v apart", both.Sum.Item(), both.Count, a.Sum.Item(), b.Sum.Item())
	}
}

// Probabilities are among all spans that are not too long, in all windows, and a span in two windows counts once.
func TestSpans(t *testing.T) {
	logits := [][]float32{{2, 0, 0, 1, 0, 0}, {0, 1, 0, 0}} // tokens 0 to 2, and 1 to 2
	got := spans(logits, []int{0, 1}, 2, 9)
	if len(got) != 5 || got[0].from != 0 || got[0].to != 2 || got[0].score != 3 {
		t.Fatalf("%+v", got)
	}
	sum, all := 0.0, 0.0
	for _, s := range got {
		sum += s.probability
	}
	for _, s := range []float64{2, 3, 1, 0, 0} {
		all += math.Exp(s)
	}
	if math.Abs(sum-1) > 1e-12 || math.Abs(got[0].probability-math.Exp(3)/all) > 1e-12 {
		t.Errorf("%+v sum to %v", got, sum)
	}
	if from, to := likeliest(logits[0], 2); from != 0 || to != 2 {
		t.Errorf("the likeliest span is %d to %d", from, to)
	}
	m := &spanF1{longest: 2}
	m.Add(tensor.Of(logits[0], 1, 3, 2), tensor.Of([]float32{0, 1, 0, 0, 1, 0}, 1, 2, 3))
	if want := 2. / 3; math.Abs(m.Value()-want) > 1e-12 { // one token of two is the answer
		t.Errorf("F1 is %v, want %v", m.Value(), want)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	for _, c := range []struct{ set, want string }{
		{"data.batch=0", "data.batch: want 1 or more, not 0"},
		{"data.pretrain=-1", "data.pretrain: want 0 or more"},
		{"data.stride=500", "data.stride: windows of 400 tokens that are 500 apart"},
		{"data.question=70000", "data.question: want 65536 or less, not 70000"},
		{"data.context=70000", "data.context: want 65536 or less, not 70000"},
		{"data.stride=70000", "data.stride: want 65536 or less, not 70000"},
		{"data.longest=70000", "data.longest: want 65536 or less, not 70000"},
		{"data.masked=1", "data.masked: want a share"},
		{"data.forget=-0.1", "data.forget: want a share"},
		{"data.validation=0.9", "data.validation: want a share"},
		{"data.language=de", "give the folder with xquad.de.json.gz"},
		{"data.folder=nowhere", "nowhere"},
		{"objective.smoothing=0.1", "objective.name: where an answer begins"},
		{`metrics=["accuracy"]`, "metrics: answers are measured by exact match"},
		{"model.question=7", "model.question: is 7, and data.question 40"},
		{"model=bagofwords", "model.name: bagofwords finds no answers"},
	} {
		r := recipetest.Recipe(t, "questions")
		err := r.Set(c.set)
		if err == nil && strings.HasPrefix(c.set, "data.") {
			_, err = r.Load(t.Context())
		} else if err == nil {
			w := &work{kept: kept{Question: 40, Context: 400, Stride: 200, Longest: 5}, reader: readerOf(gold)}
			_, err = w.Begin(r)
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.set, err, c.want)
		}
	}
	for _, kept := range []string{"", "{}", `{"question": 3, "context": 3, "stride": 3, "longest": 3, "words": "a\na\n"}`} {
		if _, err := reopen(json.RawMessage(kept)); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s: %v", kept, err)
		}
	}
}
