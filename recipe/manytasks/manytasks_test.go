package manytasks

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

func made(t *testing.T, sets ...string) (*recipe.Recipe, error) {
	t.Helper()
	r, err := recipe.Builtin("manytasks")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sets {
		if err := r.Set(s); err != nil {
			return r, err
		}
	}
	return r, nil
}

// One small model learns both tasks, and its two heads answer the same text, after the run was opened again.
func TestBothTasksAreLearned(t *testing.T) {
	r, err := made(t, "train.epochs=4", "model.width=32", "data.words=4000", "data.grams=1", "data.drop=0", "optimizer.lr=0.01")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	res, err := recipe.Run(context.Background(), r, recipe.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	spam, requests := res.Metrics["accuracy_spam"], res.Metrics["accuracy_requests"]
	if spam < 0.95 || requests < 0.85 || math.Abs(res.Metrics["accuracy"]-(spam+requests)/2) > 1e-12 {
		t.Errorf("the run came to %v", res.Metrics)
	}
	s, err := recipe.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.Ask(context.Background(), recipe.Question{Text: "You have won a free cash prize, call 09061701461 now"})
	if err != nil || len(all) != 2 || all[0].Classes[0].Class != "spam" || all[1].Task != "requests" || len(all[1].Classes) != 14 {
		t.Errorf("%+v, %v", all, err)
	}
	for _, odd := range []string{" ", "\xff\x00", strings.Repeat("fly me to Paris ", 500)} {
		if all, err = s.Ask(context.Background(), recipe.Question{Text: odd}); err != nil || len(all) != 2 {
			t.Errorf("%.20q: %+v, %v", odd, all, err)
		}
	}
	all, err = s.Ask(context.Background(), recipe.Question{Most: 3})
	if err != nil || len(all) != 3 || all[0].Want == "" || !strings.HasPrefix(all[1].About(), "requests, test example 1: ") {
		t.Errorf("%+v, %v", all, err)
	}
	again, confusion, err := s.Evaluate(context.Background())
	if err != nil || again.Loss != res.Loss {
		t.Fatalf("opened %+v, %v; the run ended with %+v", again, err, res)
	}
	isExamined(t, s, confusion, spam)
}

// isExamined looks at what a model of spam and requests says of its test set.
func isExamined(t *testing.T, s *recipe.Saved, confusion *metric.Confusion, spam float64) {
	t.Helper()
	right, n := 0, 0
	for want := range 2 {
		for said := range confusion.Classes() {
			n += confusion.Count(want, said)
			if said > 1 && confusion.Count(want, said) > 0 {
				t.Error("messages are taken for requests")
			}
		}
		right += confusion.Count(want, want)
	}
	if got := float64(right) / float64(n); got != spam {
		t.Errorf("%v of the messages are right, and their accuracy is %v", got, spam)
	}
	e, err := s.Examine(context.Background())
	if err != nil || len(e.Classes) != 16 || e.Classes[1] != "spam: spam" {
		t.Fatalf("%+v, %v", e, err)
	}
	worst := e.Worst(3)
	if len(worst) != 3 {
		t.Fatalf("the worst are %v", worst)
	}
	asWritten := false
	for _, i := range worst {
		p, err := e.Show(i)
		if err != nil || p.Want == p.Classes[0].Class || p.Want == "" || p.Task == "" {
			t.Errorf("example %d: %+v, %v", i, p, err)
		}
		asWritten = asWritten || strings.ToLower(p.Input) != p.Input
	}
	if !asWritten {
		t.Error("none of the worst has a capital: they are not shown as they were written")
	}
}

// A task that is learned beside others keeps all the tokens that it has alone.
func TestTokensOfEachTask(t *testing.T) {
	c := tasks{Wording: recipe.Wording{Words: 2, Length: 4}}
	all := c.learn([]sample.Labelled{{Texts: []string{"a a b b c"}}, {Texts: []string{"d a a", "d a"}}})
	if want := []string{"a", "b", "d"}; !slices.Equal(all.Words, want) {
		t.Errorf("the tokens are %q, want %q", all.Words, want)
	}
}

// The loss is what the heads' own losses add up to, and its gradient is true.
func TestLossOfHeads(t *testing.T) {
	w := &work{Tasks: []Task{{"a", []string{"x", "y"}}, {"b", []string{"u", "v", "w"}}}}
	y := tensor.Of([]int64{1, 4, 0, 2}, 4)
	z := tensor.Of([]float64{.1, -.2, .3, .4, -.5, .6, .7, -.8, .9, 1, -1.1, 1.2, .3, -.4, .5, .6, -.7, .8, .9, -1}, 4, 5)
	of := func(z *tensor.Tensor) objective.Loss { return lossOf(w.heads(), objective.CrossEntropyLoss{}, z, y) }
	own := func(row, first, end int, label int64) float64 {
		return objective.CrossEntropy(z.Slice(0, row, row+1).Slice(1, first, end), tensor.Of([]int64{label}, 1)).Sum.Item()
	}
	want := own(0, 0, 2, 1) + own(1, 2, 5, 2) + own(2, 0, 2, 0) + own(3, 2, 5, 0)
	if l := of(z); math.Abs(l.Sum.Item()-want) > 1e-9 || l.Count != 4 {
		t.Errorf("the loss is %v of %v, want %v of 4", l.Sum.Item(), l.Count, want)
	}
	if err := autograd.Check(func(x []*tensor.Tensor) *tensor.Tensor { return of(x[0]).Sum }, z); err != nil {
		t.Error(err)
	}
}

// Accuracies of tasks, filled apart and merged, are those of one that was filled with all.
func TestAccuracies(t *testing.T) {
	w := &work{Tasks: []Task{{"a", []string{"x", "y"}}, {"b", []string{"u", "v", "w"}}}}
	z := tensor.Of([]float32{1, 0, 9, 9, 9, 9, 9, 0, 1, 0, 0, 1, 9, 9, 9}, 3, 5)
	one, two := &accuracy{head: w.heads()[0]}, &accuracy{head: w.heads()[0]}
	one.Add(z.Slice(0, 0, 2), tensor.Of([]int64{0, 3}, 2))
	two.Add(z.Slice(0, 2, 3), tensor.Of([]int64{0}, 1))
	one.Merge(two)
	if one.Name() != "accuracy_a" || one.Value() != 0.5 {
		t.Errorf("%s is %v, want 0.5", one.Name(), one.Value())
	}
}

// Where no examples are kept back, validation is of the tasks that come with some, and no value is of none; the test is of all.
func TestValidationOfSomeTasks(t *testing.T) {
	r, err := made(t, "model.width=4")
	if err != nil {
		t.Fatal(err)
	}
	some := func(words ...string) (l sample.Labelled) {
		for i, text := range words {
			l.Texts, l.Labels = append(l.Texts, text), append(l.Labels, int64(i%2))
		}
		return l
	}
	c := tasks{Batches: recipe.Batches{Batch: 2}, Held: recipe.Held{Test: 0.25}, Wording: recipe.Wording{Words: 50, Length: 4}, Tasks: []string{"a", "b"}}
	w := c.work([]*sample.Corpus{
		{Classes: []string{"x", "y"}, Train: some("one", "two", "three", "four")},
		{Classes: []string{"u", "v"}, Train: some("red", "green", "blue", "grey"), Validation: some("pink", "brown"), Test: some("white", "black")},
	}, nil)
	j, err := w.Begin(r)
	if err != nil {
		t.Fatal(err)
	}
	validation, err := train.Evaluate(t.Context(), j.Task, w.sets.Validation, 2, j.Metrics, nil)
	if err != nil {
		t.Fatal(err)
	}
	test, err := j.Test(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []train.Values{validation, test} {
		for name, x := range v {
			if math.IsNaN(x) {
				t.Errorf("%s is of nothing in %v", name, v)
			}
		}
	}
	if len(validation) != 3 || validation["accuracy"] != validation["accuracy_b"] || len(test) != 4 {
		t.Errorf("validation has %v, the test %v", validation, test)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	for set, want := range map[string]string{
		`data.tasks=[]`:                       "data.tasks: want some of spam, requests, sst2",
		`data.tasks=["ham"]`:                  `data.tasks: there is no task "ham"; there are spam`,
		`data.tasks=["spam", "spam"]`:         "data.tasks: spam stands twice",
		`data.tasks=["mr", "sst2"]`:           "data.tasks: mr has the sentences that sst2",
		`data.tasks=["spam", "trec"]`:         "data.folder: the task trec is not in the program",
		`data.folder=nowhere`:                 "data.folder: the tasks spam, requests are in the program",
		`metrics=["f_beta"]`:                  "metrics: many tasks are measured by accuracy, not f_beta",
		`objective=binary_cross_entropy`:      "objective.name: binary_cross_entropy is for two classes",
		`model={"name": "mlp", "hidden":[4]}`: "model mlp",
	} {
		r, err := made(t, set)
		if err == nil {
			_, err = recipe.Run(context.Background(), r, recipe.Options{})
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", set, err, want)
		}
	}
	for _, damaged := range []string{`{`, `{}`, `{"tasks": [{"name": "a", "classes": ["x"]}], "texts": {"room": -1}}`} {
		if _, err := reopen([]byte(damaged)); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s: %v", damaged, err)
		}
	}
}

// What one task holds back, no other learns.
func TestHeldBackFromAll(t *testing.T) {
	all := sample.Labelled{Texts: []string{"a", "b", "c"}, Labels: []int64{0, 1, 2}}
	left := without(all, sample.Labelled{Texts: []string{"b"}, Labels: []int64{7}})
	if !slices.Equal(left.Texts, []string{"a", "c"}) || !slices.Equal(left.Labels, []int64{0, 2}) {
		t.Errorf("%+v is left", left)
	}
}
