package recipe

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/internal/parallel"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/tensor"
)

// Every recipe that comes with the program is written as the program would write it: name first, nothing unknown.
func TestBuiltinsReadAndWrite(t *testing.T) {
	for _, name := range Names() {
		r, err := Builtin(name)
		if err != nil {
			t.Fatal(err)
		}
		if r.Name != name || r.About == "" || r.Seed != 1 || len(r.Metrics) == 0 {
			t.Errorf("%s: name %q, about %q, seed %d", name, r.Name, r.About, r.Seed)
		}
		again, err := Parse(r.Document())
		if err != nil || !bytes.Equal(again.Document(), r.Document()) {
			t.Errorf("%s is not the same when written and read: %v\n%s", name, err, r.Document())
		}
	}
}

func TestSet(t *testing.T) {
	for _, c := range []struct{ set, path, want string }{
		{"optimizer.lr=0.5", "optimizer", `{"lr":0.5,"name":"adamw"}`},
		{"optimizer.name=sgd", "optimizer", `{"lr":0.01,"name":"sgd"}`},
		{"optimizer=sgd", "optimizer", `{"lr":0.01,"name":"sgd"}`},
		{"optimizer={\"name\":\"sgd\"}", "optimizer", `{"name":"sgd"}`},
		{"schedule.warmup=2", "schedule", `{"name":"cosine","warmup":2}`},
		{"model.hidden=[3, 4]", "model", `{"hidden":[3,4],"name":"mlp"}`},
		{"data.set=spam", "data", `{"batch":16,"set":"spam","validation":0.1}`},
		{"model=convnet", "model", `{"name":"convnet"}`},   // whose hidden is one number
		{"model=resnet18", "model", `{"name":"resnet18"}`}, // a published size, by its own name
		{`model={"name": "vgg11_bn", "hidden": 64}`, "model", `{"hidden":64,"name":"vgg11_bn"}`},
		{`model={"name": "fcos", "backbone": "resnet", "body": {"layers": 18}}`, "model", `{"backbone":"resnet","body":{"layers":18},"name":"fcos"}`},
		{"train.keep_best=true", "train", `{"epochs":40,"keep_best":true}`},
		{"train.precision=bf16", "train", `{"epochs":40,"precision":"bf16"}`},
		{"name=a b", "name", `"a b"`},
		{"seed=9", "seed", `9`},
		{`metrics=["accuracy", {"name": "topk", "k": 2}]`, "metrics", `[{"name":"accuracy"},{"k":2,"name":"topk"}]`},
	} {
		r, _ := Builtin("iris")
		if err := r.Set(c.set); err != nil {
			t.Errorf("%s: %v", c.set, err)
			continue
		}
		o, _ := parseObject(r.Document())
		if got, _ := json.Marshal(o[c.path]); string(got) != c.want {
			t.Errorf("%s gives %s, want %s", c.set, got, c.want)
		}
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct{ set, want string }{
		{"optimiser.lr=1", "optimiser.lr: no such key; did you mean optimizer.lr?"},
		{"optimizer.beta3=1", "optimizer.beta3: no such key; did you mean optimizer.beta1?"},
		{"optimizer.learning_rate=1", "optimizer.learning_rate: no such key; did you mean optimizer.lr?"},
		{"epochs=3", "epochs: no such key; did you mean train.epochs?"},
		{"a.b.c=1", "a.b.c: no such key; there are about, data"},
		{"optimizer.lr=0", "optimizer.lr: want more than 0, not 0"},
		{"objective.name=mse", "objective.name: no objective \"mse\"; did you mean mean_squared_error?"},
		{"objective.name=BCE", "objective.name: no objective \"BCE\"; did you mean binary_cross_entropy?"},
		{"optimizer.lr=1e999", "optimizer.lr: 1e999 is too large a number"},
		{"optimizer.lr=[1]", "optimizer.lr: want a number, not [1]"},
		{"seed=-1", "seed: want a number that is not negative, not -1"},
		{"model.hidden=[1.5]", "model.hidden[0]: want a whole number, not 1.5"},
		{`model={"name": "fcos", "body": 3}`, "model.body: want an object in braces, not 3"},
		{"data.batch=0", "data.batch: want 1 or more, not 0"},
		{"data.validation=1", "data.validation: want a share, 0 or more and below 1, not 1"},
		{"data.test=0", "data.test: want more than 0"},
		{"schedule.warmup=-1", "schedule.warmup: want 0 or more epochs, not -1"},
		{"train.average=1", "train.average: 1 is no decay"},
		{"train.patience=-1", "train.patience: want 0 or more, not -1"},
		{"train.sam=-1", "train.sam: want 0 or more, not -1"},
		{"train.lookahead=-1", "train.lookahead: want 0 or more, not -1"},
		{"train.precision=half", "train.precision: there is no precision \"half\""},
		{"train=3", "train: want an object in braces, not 3"},
		{"metrics.k=3", "metrics.k: metrics has no keys of its own; set metrics as a whole"},
		{"metrics=[\"akkuracy\"]", `metrics.name: no metric "akkuracy"; did you mean accuracy?`},
		{"objective.smoothing=2", "objective.smoothing: want 0 or more and below 1, not 2"},
		{"nothing", `"nothing" is no assignment`},
	} {
		r, _ := Builtin("iris")
		before := r.Document()
		err := r.Set(c.set)
		var mistake *Error
		if !errors.As(err, &mistake) || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.set, err, c.want)
		}
		if !bytes.Equal(before, r.Document()) {
			t.Errorf("%s changed the recipe", c.set)
		}
	}
}

func TestNoneIsNotTheDefault(t *testing.T) {
	rule, err := build(optimizers, "optimizer", Part{"adamw", object{"weight_decay": json.Number("0"), "beta1": json.Number("0.5")}})
	if err != nil {
		t.Fatal(err)
	}
	text, _ := json.Marshal(rule)
	if want := `{"LR":0.001,"Beta1":0.5,"Beta2":0.999,"Eps":1e-8,"WeightDecay":-1}`; string(text) != want {
		t.Errorf("got %s, want %s", text, want)
	}
}

// TestEveryOptimizerAndSchedule trains the iris for three epochs.
func TestEveryOptimizerAndSchedule(t *testing.T) {
	run := func(set ...string) {
		r, err := Builtin("iris")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range append(set, "train.epochs=3", "train.keep_best=false") {
			if err := r.Set(s); err != nil {
				t.Fatalf("%v: %v", set, err)
			}
		}
		if res, err := Run(t.Context(), r, Options{}); err != nil || !(res.Loss < 1.3) {
			t.Errorf("%v: %+v, %v", set, res, err)
		}
	}
	for _, o := range optimizers {
		run("optimizer=" + o.name)
	}
	run("train.sam=0.05", "train.clip_value=1", "train.clip_each=1", "train.lookahead=5", "train.spare_vectors=true")
	run("train.asam=0.5", "train.clip_adaptive=0.1")
	for _, s := range schedules {
		if s.name != "milestones" {
			run("schedule=" + s.name)
		}
	}
}

func TestSchedules(t *testing.T) {
	for _, c := range []struct {
		config string
		want   []float64 // at steps 0, 5, 10, 20, 39 of four epochs of ten
	}{
		{`"constant"`, []float64{1, 1, 1, 1, 1}},
		{`{"name":"constant","warmup":1}`, []float64{0.1, 0.6, 1, 1, 1}},
		{`{"name":"linear"}`, []float64{1, 0.875, 0.75, 0.5, 0.025}},
		{`{"name":"linear","warmup":1,"low":1}`, []float64{0.1, 0.6, 1, 1, 1}},
		{`{"name":"step","every":1,"factor":0.5}`, []float64{1, 1, 0.5, 0.25, 0.125}},
		{`{"name":"step","warmup":0.5,"every":2,"factor":0.5}`, []float64{0.2, 1, 1, 1, 0.5}},
		{`{"name":"milestones","at":[0.5,2],"factor":0.5}`, []float64{1, 0.5, 0.5, 0.25, 0.25}},
		{`{"name":"cosine"}`, []float64{1, 0.9619, 0.8536, 0.5, 0.0015}},
		{`{"name":"polynomial","low":0.2}`, []float64{1, 0.8125, 0.65, 0.4, 0.2005}},
		{`{"name":"exponential","factor":0.25}`, []float64{1, 0.5, 0.25, 0.0625, 0.0045}},
		{`{"name":"inverse_time"}`, []float64{1, 0.6667, 0.5, 0.3333, 0.2041}},
		{`{"name":"inverse_sqrt"}`, []float64{0.1, 0.6, 0.9535, 0.6901, 0.5}},
		{`{"name":"restarts"}`, []float64{1, 0.5, 1, 0.5, 0.8802}},
		{`{"name":"one_cycle","linear":true}`, []float64{0.04, 0.4764, 0.9127, 0.6786, 0}},
		{`{"name":"cyclic"}`, []float64{0.1, 0.325, 0.55, 1, 0.145}},
		{`{"name":"wsd","decay":0.5}`, []float64{1, 1, 1, 1, 0.05}},
		{`{"name":"plateau","warmup":1}`, []float64{0.1, 0.6, 1, 1, 1}},
	} {
		o, err := parseObject([]byte(`{"schedule":` + c.config + `}`))
		if err != nil {
			t.Fatal(err)
		}
		p, err := decodePart("schedule", "schedule", o["schedule"])
		if err != nil {
			t.Fatal(err)
		}
		pace, err := build(schedules, "schedule", p)
		if err != nil {
			t.Fatal(err)
		}
		s := pace(40, 10)
		for i, at := range []int{0, 5, 10, 20, 39} {
			if got := s.Rate(at); got-c.want[i] > 1e-4 || c.want[i]-got > 1e-4 {
				t.Errorf("%s: the rate of step %d is %v, want %v", c.config, at, got, c.want[i])
			}
		}
	}
}

// What a run comes to depends on the recipe alone.
func TestSameBits(t *testing.T) {
	defer parallel.SetThreads(0)
	results := map[string]string{}
	for _, threads := range []int{1, 3} {
		parallel.SetThreads(threads)
		for _, seed := range []string{"1", "2"} {
			r, _ := Builtin("cars")
			for _, s := range []string{"train.epochs=3", "train.average=0.9", "model.dropout=0.1", "data.batch=20", "seed=" + seed} {
				if err := r.Set(s); err != nil {
					t.Fatal(err)
				}
			}
			res, err := Run(context.Background(), r, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if was, there := results[seed]; there && was != res.WeightsSHA256 {
				t.Errorf("seed %s on %d threads gives other weights", seed, threads)
			}
			results[seed] = res.WeightsSHA256
		}
	}
	if results["1"] == results["2"] {
		t.Error("the seed changes nothing")
	}
}

// An objective for yes or no trains two classes by one logit.
func TestTwoClasses(t *testing.T) {
	r, _ := Builtin("spam")
	for _, s := range []string{"objective=binary_cross_entropy", "train.epochs=2"} {
		if err := r.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	res, err := Run(context.Background(), r, Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if res.Metrics["accuracy"] < 0.95 {
		t.Errorf("accuracy %v", res.Metrics["accuracy"])
	}
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.Ask(context.Background(), Question{Most: 20})
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for _, p := range all {
		if sum := p.Classes[0].Probability + p.Classes[1].Probability; sum < 0.999 || sum > 1.001 || p.Classes[0].Probability < 0.5 {
			t.Errorf("probabilities %v", p.Classes)
		}
		if p.Classes[0].Class == p.Want {
			right++
		}
	}
	if right < 17 {
		t.Errorf("%d of 20 are right", right)
	}
}

// The best or the averaged parameters, or those that an optimizer predicts with, come back as the run ended with them.
func TestOpenGivesTheFinalModel(t *testing.T) {
	for _, set := range []string{
		"train.keep_best=true", "train.average=0.9", "train.patience=3", "optimizer=schedule_free_sgd", "optimizer=schedule_free_adamw",
		`optimizer={"name":"asgd","start":2}`,
	} {
		r, _ := Builtin("iris")
		for _, s := range []string{"train.epochs=8", "optimizer.lr=0.1", set} {
			if err := r.Set(s); err != nil {
				t.Fatal(err)
			}
		}
		dir := t.TempDir()
		res, err := Run(context.Background(), r, Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		s, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		again, confusion, err := s.Evaluate(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if again.WeightsSHA256 != res.WeightsSHA256 || again.Loss != res.Loss || confusion.Value() != res.Metrics["accuracy"] {
			t.Errorf("%s: opened %+v, the run ended with %+v", set, again, res)
		}
	}
}

func TestTheTestIsNotLearned(t *testing.T) {
	for _, name := range []string{"iris", "cars", "spam"} {
		r, _ := Builtin(name)
		w, err := r.Load(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		sets := w.Sets()
		a, v, e := Divide(sets.Train.Len()+sets.Validation.Len()+sets.Test.Len(), 0.1, 0.2)
		all := slices.Concat(a, v, e)
		slices.Sort(all)
		for i, k := range all {
			if i != k {
				t.Fatalf("%s: the parts overlap", name)
			}
		}
		if len(a) != sets.Train.Len() || len(v) != sets.Validation.Len() || len(e) != sets.Test.Len() {
			t.Errorf("%s: parts of %d, %d and %d", name, len(a), len(v), len(e))
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range Names() {
		r, _ := Builtin(name)
		f.Add(r.Document())
	}
	f.Add([]byte(`{"a":{"a":1,"a":2}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(r.Document())
		if err != nil || !bytes.Equal(again.Document(), r.Document()) {
			t.Errorf("%q: %v\n%s", text, err, r.Document())
		}
	})
}

// TestSpareVectors: the decay is of matrices alone.
func TestSpareVectors(t *testing.T) {
	for _, c := range []struct {
		set  string
		fail bool
	}{{"optimizer=sgd", false}, {"optimizer=fromage", true}} {
		r, _ := Builtin("iris")
		if err := errors.Join(r.Set(c.set), r.Set("train.spare_vectors=true"), r.Set("train.epochs=1")); err != nil {
			t.Fatal(err)
		}
		_, err := Run(t.Context(), r, Options{})
		var mistake *Error
		if c.fail != errors.As(err, &mistake) || !c.fail && err != nil {
			t.Errorf("%s: %v", c.set, err)
		}
	}
	w, b := &tensor.Param{Value: tensor.Ones(2, 2)}, &tensor.Param{Value: tensor.Ones(2)}
	rule := optim.AdamW{LR: 0.1, WeightDecay: 0.5}
	o := optim.New(rule, []tensor.Named{{Name: "w", Param: w}, {Name: "b", Param: b}})
	if err := (Train{SpareVectors: true}).apply(o, rule); err != nil {
		t.Fatal(err)
	}
	if err := o.Step(autograd.Grads{w.Value: tensor.Ones(2, 2), b.Value: tensor.Ones(2)}, 1); err != nil {
		t.Fatal(err)
	}
	if x, y := w.Value.Floats()[0], b.Value.Floats()[0]; x > 0.8501 || y < 0.8999 {
		t.Errorf("weight %v, bias %v; want 0.85 and 0.9", x, y)
	}
}
