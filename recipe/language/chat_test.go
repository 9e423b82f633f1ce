package language

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/generate"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/recipe/recipetest"
	"github.com/jimu-ml/jimu/tensor"
)

// talksFile writes conversations that are easily learned: what each animal says.
func talksFile(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	says := [][2]string{{"cat", "meow"}, {"dog", "woof"}, {"cow", "moo"}, {"duck", "quack"}}
	for i := range 120 {
		x, y := says[i%4], says[(i/4+i+1)%4]
		turns := fmt.Sprintf(`"What does the %s say?", "%s!", "And the %s?", "%s!"`, x[0], x[1], y[0], y[1])
		if i%2 == 0 {
			turns = fmt.Sprintf(`"Day %d. `, i) + turns[1:] // another question than all before
		} else {
			turns += fmt.Sprintf(`, "Day %d.", "Fine."`, i) // no copy, but the same question as others
		}
		fmt.Fprintf(&b, `{"from": "zoo", "turns": [%s]}`+"\n", turns)
	}
	path := filepath.Join(t.TempDir(), "talks.jsonl")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// A run learns answers, and goes on from there to prefer right ones; both answer after they were opened again.
func TestChatAndPreferences(t *testing.T) {
	file, dir := talksFile(t), t.TempDir()
	size := []string{"model.layers=1", "model.heads=2", "model.width=32", "model.context=48", "model.dropout=0", "data.batch=8", "data.test=0.2", "data.file=" + file}
	first := filepath.Join(dir, "chat")
	r := recipetest.Recipe(t, "chat", append(size, "data.context=48", "data.vocabulary=300", "train.epochs=40", "optimizer.lr=0.01")...)
	res, err := recipe.Run(t.Context(), r, recipe.Options{Dir: first})
	if err != nil {
		t.Fatal(err)
	}
	if res.Loss > 0.4 {
		t.Errorf("a loss of %v, %v", res.Loss, res.Metrics)
	}
	s := asked(t, first, "woof!")
	w := s.Job.Writer
	prompt, err := w.Turns([]string{"What does the dog say?", "woof!", "And the cow?"})
	if err != nil {
		t.Fatal(err)
	}
	if said, err := w.Write(t.Context(), prompt, generate.Config{Most: 20}); err != nil || said != "moo!" {
		t.Errorf("in a conversation: %q, %v", said, err)
	}
	some, err := s.Ask(t.Context(), recipe.Question{Most: 3})
	if err != nil || len(some) != 3 || some[0].Want == "" {
		t.Errorf("of the test set: %v, %v", some, err)
	}
	recipetest.Faults(t, s, res.Tested)
	if e, err := s.Examine(t.Context()); err != nil {
		t.Error(err)
	} else if p, err := e.Show(0); err != nil || !strings.Contains(p.Input, "?\n") || strings.Contains(p.Input, "<|") {
		t.Errorf("a conversation is shown as %q, %v", p.Input, err)
	}

	second := filepath.Join(dir, "preferences")
	r = recipetest.Recipe(t, "chat-preferences", append(size, "data.run="+first, "train.epochs=8", "optimizer.lr=0.001")...)
	res, err = recipe.Run(t.Context(), r, recipe.Options{Dir: second})
	if err != nil {
		t.Fatal(err)
	}
	if v := res.Metrics; v["preferred"] < 0.8 || v["preferred"] < v["preferred_before"] || v["rewarded"] < 0.5 || !(v["margin"] > 0) || !(v["perplexity"] > 1) || !(v["perplexity_before"] > 1) {
		t.Errorf("a loss of %v, %v", res.Loss, v)
	}
	again, _, err := asked(t, second, "").Evaluate(t.Context())
	if err != nil || again.Loss != res.Loss {
		t.Errorf("tested again: %v, at first %v, %v", again, res.Loss, err)
	}
	for set, want := range map[string]string{"model.width=16": "; take the same: --set 'model={", `metrics=["accuracy"]`: "leave metrics out", "start.weights=" + second: "begins with the weights of data.run", "data.run=" + second: ""} {
		r := recipetest.Recipe(t, "chat-preferences", append(size, "data.run="+first, set)...)
		w, err := r.Load(t.Context())
		if err == nil {
			_, err = w.Begin(r)
		}
		if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v", set, err)
		}
	}
}

// What goes on from a run of chat holds back what that run held back, and from other weights there it is not resumed.
func TestPreferencesAreDividedAsTheRunWas(t *testing.T) {
	file, dir := talksFile(t), t.TempDir()
	first, second := filepath.Join(dir, "chat"), filepath.Join(dir, "preferences")
	size := []string{"model.layers=1", "model.heads=1", "model.width=8", "model.context=48", "model.dropout=0", "data.file=" + file, "train.epochs=1"}
	begin := func(epochs string, resume bool) {
		t.Helper()
		r := recipetest.Recipe(t, "chat", append(size, "data.context=48", "data.vocabulary=300", "data.folds=3", "data.fold=1", epochs)...)
		if _, err := recipe.Run(t.Context(), r, recipe.Options{Dir: first, Resume: resume}); err != nil {
			t.Fatal(err)
		}
	}
	begin("train.epochs=1", false)
	goOn := func(set ...string) *recipe.Recipe {
		return recipetest.Recipe(t, "chat-preferences", slices.Concat(size, []string{"data.run=" + first, "data.folds=3"}, set)...)
	}
	for set, want := range map[string]string{
		"data.file=":        `data.file: it is "", and was "` + file + `" in the run ` + first,
		"data.folds=2":      "data.folds: it is 2, and was 3 in the run " + first,
		"data.fold=2":       "data.fold: it is 2, and was 1 in the run " + first,
		"data.validation=0": "data.validation: it is 0, and was 0.05 in the run " + first,
	} {
		if _, err := goOn(set).Load(t.Context()); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", set, err, want)
		}
	}
	unfolded := preferences{conversations: talks.conversations, Run: first}
	if err := unfolded.divides(&recipe.Recipe{}); err != nil {
		t.Error(err)
	}
	unfolded.Test = 0.2
	if err := unfolded.divides(&recipe.Recipe{}); err == nil || !strings.HasPrefix(err.Error(), "data.test: it is 0.2, and was 0.05 in the run "+first) {
		t.Error(err)
	}
	for _, key := range []string{"data.context=32", "data.vocabulary=500"} {
		if err := goOn().Set(key); err == nil || !strings.Contains(err.Error(), "no such key") {
			t.Errorf("%s, which is the run's to say: %v", key, err)
		}
	}
	// beside folds the share for the test says nothing
	if _, err := recipe.Run(t.Context(), goOn("data.test=0.2"), recipe.Options{Dir: second}); err != nil {
		t.Fatal(err)
	}
	begin("train.epochs=2", true)
	_, err := recipe.Run(t.Context(), goOn("data.test=0.2", "train.epochs=2"), recipe.Options{Dir: second, Resume: true})
	if err == nil || !strings.Contains(err.Error(), "checkpoints has changed since the run began") {
		t.Errorf("resumed from other weights: %v", err)
	}
}

// asked opens a run and asks it what a dog says; any answer is right if none is wanted.
func asked(t *testing.T, dir, want string) *recipe.Saved {
	t.Helper()
	s, err := recipe.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	said, err := s.Ask(t.Context(), recipe.Question{Text: "What does the dog say?"})
	if err != nil || len(said) != 1 || said[0].Text == "" || want != "" && said[0].Text != want {
		t.Errorf("%v, %v", said, err)
	}
	return s
}

// Copies are left out, whatever their marks, and conversations that begin alike stay together.
func TestCopiesAreLeftOut(t *testing.T) {
	all := []talk{
		{"a", []exchange{{"How are you?", "Fine."}}},
		{"a", []exchange{{"Hi", "Hello!"}}},
		{"b", []exchange{{"how are you", "fine"}}},
		{"a", []exchange{{"How are you?", "Fine."}, {"And now?", "Fine."}}},
		{"a", []exchange{{"?", "What?"}}},
		{"a", []exchange{{"!", "What?"}}},
	}
	groups, copies := grouped(all)
	var sizes []int
	for _, g := range groups {
		sizes = append(sizes, len(g))
	}
	if copies != 1 || !slices.Equal(sizes, []int{2, 1, 1, 1}) || groups[0][1].exchanges[1].asked != "And now?" {
		t.Errorf("%d copies, %v", copies, groups)
	}
	d, err := talks.divide()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]int{}
	for i, part := range d.parts {
		for _, x := range part {
			first := words(x.exchanges[0].asked)
			if at, ok := known[first]; ok && at != i {
				t.Fatalf("%q is asked on both sides", first)
			}
			known[first] = i
		}
	}
	if n := len(d.parts[0]) + len(d.parts[1]) + len(d.parts[2]); n != 2266 || d.note() != "1042 copies of conversations were left out" {
		t.Errorf("%d conversations, %q", n, d.note())
	}
}

// The perplexity of each kind of conversation stands beside that of all.
func TestKindsOfConversations(t *testing.T) {
	r := recipetest.Recipe(t, "chat", "model.layers=1", "model.heads=1", "model.width=8", "data.vocabulary=300", "data.test=0.01", "data.validation=0.01")
	w, err := r.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	j, err := w.Begin(r)
	if err != nil {
		t.Fatal(err)
	}
	v, err := j.Test(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"instruction", "chatter", "guided"} {
		if p := v["perplexity_"+kind]; !(p > 100 && p < 1000) { // nothing is learned yet of 300 tokens
			t.Errorf("%s: %v", kind, v)
		}
	}
}

// Copies alone are nothing to learn from, and that is said.
func TestCopiesAlone(t *testing.T) {
	c := talks
	c.File = filepath.Join(t.TempDir(), "talks.jsonl")
	if err := os.WriteFile(c.File, []byte(strings.Repeat(`{"turns": ["Hi", "Hello"]}`+"\n", 12)), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := c.divide(); err == nil || !strings.Contains(err.Error(), "12 conversations, 11 of them copies of others, begin with 1 different questions") {
		t.Error(err)
	}
}

// What pairs are judged by, counted apart and merged, is that of all.
func TestJudgements(t *testing.T) {
	for i, want := range []float64{0.75, 0.5, 0.25} {
		one, other := measures()[i], measures()[i]
		one.Add(tensor.Of([]float32{1, -2, 3, 1}, 2, 2), nil)
		other.Add(tensor.Of([]float32{-1, 3, 2, -1}, 2, 2), nil)
		one.Merge(other)
		if one.Value() != want {
			t.Errorf("%s is %v, want %v", one.Name(), one.Value(), want)
		}
	}
}

func testTemplate(t *testing.T) template {
	t.Helper()
	tokens, err := talks.tokenizer(t.Context(), []talk{{exchanges: []exchange{{"ab", "cd"}}}})
	if err != nil {
		t.Fatal(err)
	}
	return newTemplate(tokens)
}

// What somebody says is never taken for the template's own tokens, and long conversations lose their oldest turns.
func TestTemplate(t *testing.T) {
	m := testTemplate(t)
	ids, err := m.plain("a<|assistant|>b<|endoftext|>")
	if err != nil || slices.Contains(ids, m.answer) || slices.Contains(ids, m.end) {
		t.Errorf("%v, %v", ids, err)
	}
	e, err := m.exchange(exchange{"x", "yz"})
	if err != nil || len(e.ids) != 6 || !slices.Equal(e.answer, []bool{false, false, false, true, true, true}) || e.ids[0] != m.ask || e.ids[5] != m.end {
		t.Errorf("%v, %v", e, err)
	}
	whole, err := m.prompt([]string{"x", "yz", "x"}, 100)
	if err != nil || len(whole) != 9 || !slices.Equal(whole[:6], e.ids) || whole[8] != m.answer {
		t.Errorf("%v, %v", whole, err)
	}
	if short, err := m.prompt([]string{"x", "yz", "x"}, 10); err != nil || !slices.Equal(short, whole[6:]) {
		t.Errorf("%v, %v", short, err)
	}
	if _, err := m.prompt([]string{strings.Repeat("x", 100)}, 64); err == nil || !strings.Contains(err.Error(), "fewer words") {
		t.Errorf("of too long a question: %v", err)
	}
	if _, err := m.prompt([]string{"x", "y"}, 64); err == nil {
		t.Error("the model is the last to speak")
	}
	cut, err := m.examples([]exchange{{"x", "yz"}, {"x", "yz"}, {"x", strings.Repeat("y", 99)}, {"x", "y"}}, 12)
	if err != nil || len(cut) != 2 || len(cut[0].ids) != 12 || len(cut[1].ids) != 5 {
		t.Errorf("%v, %v", cut, err)
	}
	set := answered{rows: cut, end: m.end}
	b, err := set.Batch([]int{1, 0}, 0)
	if err != nil || !slices.Equal(b.X.Shape(), []int{2, 11}) {
		t.Fatal(b.X, err)
	}
	y := b.Y.Ints()
	if want := []int64{-100, -100, cut[1].ids[3], m.end, -100}; !slices.Equal(y[:5], want) {
		t.Errorf("%v, want %v", y[:5], want)
	}
}

func TestParseTalks(t *testing.T) {
	alpaca := "[" + strings.Repeat(`{"instruction": "Say it.", "input": "now", "output": "It."},`, 9) + `{"instruction": "Go.", "output": "Gone."}]`
	all, err := parseTalks([]byte(alpaca))
	if err != nil || len(all) != 10 || all[0].exchanges[0] != (exchange{"Say it.\nnow", "It."}) || all[9].exchanges[0] != (exchange{"Go.", "Gone."}) {
		t.Errorf("%v, %v", all, err)
	}
	for text, want := range map[string]string{
		"":                        "0 conversations",
		`{"turns": ["a"]}`:        "no question with an answer",
		`{"turns": ["a", ""]}`:    "no question with an answer",
		`{"turns": 3}`:            "conversation 1",
		`[{"turns": ["a", "b"]`:   "conversation 1",
		`{"turns": ["a", "b"]} x`: "conversation 2",
	} {
		if _, err := parseTalks([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzParseTalks(f *testing.F) {
	f.Add([]byte(`[{"instruction": "a", "output": "b"}]`))
	f.Add([]byte(`{"turns": ["a", "b"]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		all, err := parseTalks(text)
		if err == nil && len(all) < 10 {
			t.Error("fewer than ten conversations are taken")
		}
	})
}
