package drawing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// samples is the folder of a run that holds what the model made of the same noise after each epoch.
const samples = "samples"

// inRow is how many pictures a row of a grid has.
const inRow = 8

// watch returns a callback that draws the same noise after each epoch into the run's folder: with the parameters that the run
// would end with.
func (m *maker) watch(seed uint64) train.Callback {
	return func(r train.Record) error {
		if r.Kind != "epoch" || r.Dir == "" {
			return nil
		}
		x, err := m.make(context.Background(), m.some(inRow*inRow, rng.KeyOf(seed).Child(samples)), m.rows(inRow*inRow), r.Override)
		if err != nil {
			return fmt.Errorf("the samples of epoch %d: %w", r.Epoch, err)
		}
		picture, err := encoded(grid(x, inRow))
		if err != nil {
			return err
		}
		dir := filepath.Join(r.Dir, samples)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("the samples of epoch %d: %w", r.Epoch, err)
		}
		return format.Replace(filepath.Join(dir, fmt.Sprintf("epoch-%03d.png", r.Epoch)), func(w io.Writer) error {
			_, err := w.Write(picture)
			return err
		})
	}
}

// rows returns the classes of a grid: each column has one.
func (m *maker) rows(n int) *tensor.Tensor {
	all := make([]int64, n)
	for i := range all {
		all[i] = int64(i % inRow % max(1, len(m.classes)))
	}
	return tensor.Of(all, n)
}

// answer makes pictures: of a class, if one is asked for, or of all.
func (m *maker) answer(ctx context.Context, q recipe.Question) ([]recipe.Prediction, error) {
	if q.File != "" {
		return nil, errors.New("this model makes pictures, and does not look at files; ask without one: jimu predict --run RUN --out FOLDER")
	}
	n := cmp.Or(q.Most, inRow*inRow)
	class, what := m.rows(n), "from noise"
	if q.Text != "" {
		k, err := m.class(q.Text)
		if err != nil {
			return nil, err
		}
		class, what = tensor.Of(slices.Repeat([]int64{int64(k)}, n), n), "from noise: "+m.classes[k]
	}
	made, err := m.sheets(ctx, n, class, rng.KeyOf(q.Seed).Child("answer"))
	if err != nil {
		return nil, err
	}
	moving, err := animation(q.Run)
	if err != nil {
		return nil, err
	}
	if moving != nil {
		made = append(made, recipe.Made{Name: "training.gif", Data: moving})
	}
	text := fmt.Sprintf("%d pictures %s; the way from one to another; and what training made, epoch by epoch", n, what)
	return []recipe.Prediction{{Text: text, Made: made}}, nil
}

// sheets returns pictures of those classes, and pictures on the way from one to another, as two grids.
func (m *maker) sheets(ctx context.Context, n int, class *tensor.Tensor, key rng.Key) ([]recipe.Made, error) {
	pictures, err := m.make(ctx, m.some(n, key), class, nil)
	if err != nil {
		return nil, err
	}
	between, err := m.ways(ctx, key, class)
	if err != nil {
		return nil, err
	}
	first, err := encoded(grid(pictures, inRow))
	if err != nil {
		return nil, err
	}
	second, err := encoded(grid(between, waySteps))
	return []recipe.Made{{Name: "samples.png", Data: first}, {Name: "interpolation.png", Data: second}}, err
}

// class returns the class of a name.
func (m *maker) class(name string) (int, error) {
	if m.classes == nil {
		return 0, errors.New("this model was trained without classes, and makes what the noise gives; ask without a text")
	}
	k := slices.IndexFunc(m.classes, func(c string) bool { return strings.EqualFold(c, name) })
	if k < 0 {
		if near := recipe.Nearest(name, m.classes); near != "" {
			return 0, fmt.Errorf("there is no class %q; did you mean %s?", name, near)
		}
		return 0, fmt.Errorf("there is no class %q; there are %s", name, strings.Join(m.classes, ", "))
	}
	return k, nil
}

const (
	ways     = 6  // from one picture to another
	waySteps = 10 // pictures on each
)

// ways returns pictures on the way from some noise to other, of one class each.
func (m *maker) ways(ctx context.Context, key rng.Key, class *tensor.Tensor) (*tensor.Tensor, error) {
	ends := tensor.Values[float32](m.some(2*ways, key.Child("ends")))
	size := len(ends) / (2 * ways)
	var noise []float32
	var asked []int64
	classes := class.Ints()
	for i := range ways {
		noise = append(noise, between(ends[2*i*size:(2*i+1)*size], ends[(2*i+1)*size:(2*i+2)*size], waySteps)...)
		asked = append(asked, slices.Repeat(classes[i%len(classes):i%len(classes)+1], waySteps)...)
	}
	shape := append([]int{ways * waySteps}, m.noise...)
	return m.make(ctx, tensor.Of(noise, shape...), tensor.Of(asked, len(asked)), nil)
}
