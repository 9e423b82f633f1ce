package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/internal/parallel"
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A toy is a small task with batch norm, dropout, momentum and averages: all the state that a run can carry.
type toy struct {
	model      nn.Sequential
	opt        *optim.Optimizer
	train, val data.Set
}

func newToy(t *testing.T) toy {
	t.Helper()
	r := rng.New(3)
	m := nn.Sequential{
		nn.NewLinear(r, 4, 16), nn.NewBatchNorm(16), nn.ReLU{}, nn.NewDropout(r, 0.2), nn.NewLinear(r, 16, 3),
	}
	opt := optim.New(optim.AdamW{LR: 0.01}, nn.Params(m))
	opt.Schedule = optim.Cosine{Steps: 60}
	return toy{m, opt, clusters(t, 90, 1), clusters(t, 45, 2)}
}

// clusters returns points in [n 4] around three centres.
func clusters(t *testing.T, n int, seed uint64) data.Set {
	t.Helper()
	x, y := make([]float32, 4*n), make([]int64, n)
	rng.KeyOf(seed).Normal(x)
	for i := range y {
		y[i] = int64(i % 3)
		x[4*i+i%3] += 3
	}
	s, err := data.NewTensors(tensor.Of(x, n, 4), tensor.Of(y, n))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (y toy) fit(ctx context.Context, c Config) (*History, error) {
	c.Epochs, c.BatchSize, c.Seed, c.Validation, c.Average = 6, 8, 7, y.val, 0.9
	c.Metrics = []metric.Metric{&metric.Accuracy{}}
	return Fit(ctx, Supervised(y.model, objective.Func(objective.CrossEntropy)), y.opt, y.train, c)
}

func (y toy) digest() string { return WeightsDigest(nn.Params(y.model)) }

func TestFitLearns(t *testing.T) {
	y := newToy(t)
	h, err := y.fit(t.Context(), Config{KeepBest: true, Monitor: "val_accuracy"})
	if err != nil {
		t.Fatal(err)
	}
	if acc, _ := h.Best("val_accuracy"); acc < 0.9 || len(h.Epochs) != 6 || h.Steps != 72 || h.Examples != 540 {
		t.Errorf("accuracy %.3f after %d epochs, %d steps, %d examples", acc, len(h.Epochs), h.Steps, h.Examples)
	}
}

// The same seed gives the same bits on any number of threads.
func TestBitsDoNotDependOnThreads(t *testing.T) {
	defer parallel.SetThreads(0)
	var first string
	for _, n := range []int{1, 2, 7} {
		parallel.SetThreads(n)
		y := newToy(t)
		if _, err := y.fit(t.Context(), Config{}); err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = y.digest()
		} else if y.digest() != first {
			t.Errorf("%d threads give other bits than one", n)
		}
	}
}

// A run that is stopped at any step and resumed ends with the bits, and the log, of one that was not.
func TestResumeEqualsNotStopping(t *testing.T) {
	whole := newToy(t)
	wholeDir := t.TempDir()
	if _, err := whole.fit(t.Context(), Config{Dir: wholeDir}); err != nil {
		t.Fatal(err)
	}
	for _, stop := range []int{1, 5, 12, 13, 37, 71} {
		dir := t.TempDir()
		ctx, cancel := context.WithCancel(t.Context())
		_, err := newToy(t).fit(ctx, Config{Dir: dir, SaveEvery: 5, Callbacks: []Callback{func(r Record) error {
			if r.Step == stop {
				cancel()
			}
			return nil
		}}})
		cancel()
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("stopped at step %d: %v", stop, err)
		}
		y := newToy(t)
		h, err := y.fit(t.Context(), Config{Dir: dir, Resume: true})
		if err != nil {
			t.Fatal(err)
		}
		if y.digest() != whole.digest() || h.Steps != 72 {
			t.Errorf("stopped at step %d and resumed: other bits, %d steps", stop, h.Steps)
		}
		if a, b := logged(t, wholeDir), logged(t, dir); !slices.Equal(a, b) {
			t.Errorf("stopped at step %d and resumed: the log has %d lines, not the %d of a whole run", stop, len(b), len(a))
		}
	}
}

// logged returns the lines of a run's log up to the values: without times.
func logged(t *testing.T, dir string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "metrics.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for l := range strings.Lines(string(text)) {
		l, _, _ = strings.Cut(l, `,"examples_per_second"`)
		lines = append(lines, l)
	}
	return lines
}

// Micro-batches that are added give the update of the whole batch.
func TestAccumulationEqualsTheBatch(t *testing.T) {
	set := clusters(t, 14, 5)
	update := func(parts ...int) []float32 {
		r := rng.New(2)
		m := nn.Sequential{nn.NewLinear(r, 4, 3)}
		opt := optim.New(optim.SGD{LR: 1}, nn.Params(m))
		var losses []LossFunc
		at := 0
		for _, n := range parts {
			b, err := data.Range(set, at, at+n).Batch(upTo14(n), 0)
			if err != nil {
				t.Fatal(err)
			}
			at += n
			losses = append(losses, func(p *nn.Pass) objective.Loss { return objective.CrossEntropy(m.Forward(p, b.X), b.Y) })
		}
		s := Stepper{Optimizer: opt}
		if _, err := s.Step(t.Context(), losses...); err != nil {
			t.Fatal(err)
		}
		return nn.Params(m)[0].Param.Value.Floats()
	}
	whole := update(14)
	for _, parts := range [][]int{{7, 7}, {1, 3, 10}} {
		for i, w := range update(parts...) {
			if d := w - whole[i]; d > 1e-6 || d < -1e-6 {
				t.Errorf("micro-batches of %v: parameter %d is %v, of the whole batch %v", parts, i, w, whole[i])
			}
		}
	}
}

func upTo14(n int) []int {
	index := make([]int, n)
	for i := range index {
		index[i] = i
	}
	return index
}

func TestPatienceStops(t *testing.T) {
	y := newToy(t)
	epochs := 0
	h, err := Fit(t.Context(), Supervised(y.model, objective.Func(objective.CrossEntropy)),
		optim.New(optim.SGD{LR: 1e-12}, nn.Params(y.model)), y.train,
		Config{
			Epochs: 50, Validation: y.val, Monitor: "val_accuracy", Metrics: []metric.Metric{&metric.Accuracy{}}, Patience: 2,
			Callbacks: []Callback{func(r Record) error {
				if r.Kind == "epoch" {
					epochs++
				}
				return nil
			}},
		})
	if err != nil || h.Stopped == "" || epochs == 50 {
		t.Errorf("%d epochs, stopped %q, %v", epochs, h.Stopped, err)
	}
}

// A parameter that the loss does not reach is an error that names it, and so is a loss that is no number.
func TestStepRefuses(t *testing.T) {
	r := rng.New(1)
	used, unused := nn.NewLinear(r, 2, 1), nn.NewLinear(r, 2, 1)
	model := struct{ Used, Unused *nn.Linear }{used, unused}
	opt := optim.New(optim.SGD{}, nn.Params(&model))
	x := tensor.Of([]float32{1, 2}, 1, 2)
	_, err := Step(t.Context(), opt, func(p *nn.Pass) objective.Loss {
		return objective.Loss{Sum: used.Forward(p, x).Sum(), Count: 1}
	})
	var missing *optim.MissingGradient
	if !errors.As(err, &missing) || !strings.Contains(err.Error(), "unused.weight") {
		t.Errorf("a missing gradient gives %v", err)
	}
	_, err = Step(t.Context(), opt, func(p *nn.Pass) objective.Loss {
		return objective.Loss{Sum: used.Forward(p, x).Scale(0).Log().Log().Sum(), Count: 1}
	})
	var bad *NonFiniteError
	if !errors.As(err, &bad) || !strings.Contains(err.Error(), "Log") {
		t.Errorf("a loss of NaN gives %v", err)
	}
	if v := VerdictOf(fmt.Errorf("epoch 1: %w", err)); v == nil || !strings.HasPrefix(v.String(), "diverged at step 1: the loss is NaN; it began with the result of Log") ||
		!strings.HasSuffix(v.String(), "(behind layer used)") {
		t.Errorf("the verdict is %v", v)
	}
	_, err = Step(t.Context(), opt, func(p *nn.Pass) objective.Loss {
		return objective.Loss{Sum: used.Forward(p, tensor.Zeros(1, 3)).Sum(), Count: 1}
	})
	var misuse *tensor.Error
	if !errors.As(err, &misuse) || !strings.Contains(err.Error(), "layer used") || !strings.Contains(err.Error(), "fit_test.go") {
		t.Errorf("a shape that does not fit gives %v", err)
	}
}

// A run until an epoch that is gone on with ends with the bits of one that went to the end at once.
func TestUntilIsPartOfTheWhole(t *testing.T) {
	whole := newToy(t)
	if _, err := whole.fit(t.Context(), Config{KeepBest: true}); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, until := range []int{1, 4, 4, 9} {
		y := newToy(t)
		h, err := y.fit(t.Context(), Config{KeepBest: true, Dir: dir, Resume: true, Until: until})
		if err != nil || len(h.Epochs) != min(until, 6) || h.Stopped != "" {
			t.Fatalf("until %d: %d epochs, stopped %q, %v", until, len(h.Epochs), h.Stopped, err)
		}
		if same := y.digest() == whole.digest(); same != (until > 6) {
			t.Errorf("until %d: the weights are those of the whole run: %v", until, same)
		}
	}
}

// A snapshot is the parameters that its epoch was evaluated with, and it stays.
func TestSnapshots(t *testing.T) {
	dir := t.TempDir()
	y := newToy(t)
	if _, err := y.fit(t.Context(), Config{Dir: dir, Snapshot: 3}); err != nil {
		t.Fatal(err)
	}
	if got := Snapshots(dir); !slices.Equal(got, []int{3, 6}) {
		t.Fatalf("snapshots of epochs %v, want 3 and 6", got)
	}
	last, early := newToy(t), newToy(t)
	if err := errors.Join(LoadSnapshot(dir, 6, nn.Params(last.model)), LoadSnapshot(dir, 3, nn.Params(early.model))); err != nil {
		t.Fatal(err)
	}
	if last.digest() != y.digest() || early.digest() == y.digest() {
		t.Error("the snapshot of the last epoch is not the final model, or that of an earlier one is")
	}
	if err := LoadSnapshot(dir, 2, nn.Params(early.model)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a snapshot that was never made: %v", err)
	}
}

// largest is a set that keeps the size of its largest batch.
type largest struct {
	data.Set
	mu   sync.Mutex // batches are made ahead, by several goroutines
	most int
}

func (s *largest) Batch(index []int, key rng.Key) (data.Batch, error) {
	s.mu.Lock()
	s.most = max(s.most, len(index))
	s.mu.Unlock()
	return s.Set.Batch(index, key)
}

// The validation set is evaluated by as many examples at once as the configuration says, or as in training, to the same loss.
func TestEvaluationBatch(t *testing.T) {
	var losses []float64
	for _, n := range []int{0, 3} {
		y := newToy(t)
		seen := largest{Set: y.val}
		h, err := Fit(t.Context(), Supervised(y.model, objective.Func(objective.CrossEntropy)), y.opt, y.train,
			Config{Validation: &seen, BatchSize: 16, EvaluationBatch: n, Workers: -1})
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 && seen.most != min(16, y.val.Len()) || n > 0 && seen.most != n {
			t.Errorf("EvaluationBatch %d: batches of %d", n, seen.most)
		}
		v, _ := h.Last("val_loss")
		losses = append(losses, v)
	}
	if math.Abs(losses[0]-losses[1]) > 1e-6 {
		t.Errorf("the losses are %v", losses)
	}
	y := newToy(t)
	if _, err := Fit(t.Context(), Supervised(y.model, objective.Func(objective.CrossEntropy)), y.opt, y.train, Config{EvaluationBatch: -1}); err == nil {
		t.Error("EvaluationBatch -1 is taken")
	}
}
