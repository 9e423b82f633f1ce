package detection

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"strings"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/fcos"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// work is finding things in pictures.
type work struct {
	kept *kept
	sets *recipe.Sets
	test *set // that of sets; nil: none was read
}

func (w work) Sets() *recipe.Sets { return w.sets }
func (w work) Kept() any          { return w.kept }

// Begin makes the detector and what it learns.
func (w work) Begin(r *recipe.Recipe) (*recipe.Job, error) {
	g, err := r.Goal(Boxes)
	if err != nil {
		return nil, err
	}
	like := model.Examples{Input: []int{3, w.kept.Height, w.kept.Width}, Outputs: len(w.kept.Classes)}
	l, err := r.NewLayer(like)
	if err != nil {
		return nil, err
	}
	m, ok := l.(*fcos.Model)
	if !ok {
		return nil, recipe.Errorf("model.name", "%s does not learn boxes; use fcos", r.Model.Name)
	}
	d := &detector{work: w, model: m, loss: g.Config.(fcos.LossConfig)}
	return &recipe.Job{
		Task: train.Task{Model: m, Loss: d.learn}, Metrics: d.watched(), Examples: like, Test: d.measure, Predict: d.answer, Examine: d.examine,
	}, nil
}

// A detector is the model of a run and what it is trained for.
type detector struct {
	work
	model *fcos.Model
	loss  fcos.LossConfig
}

// tested says which detections are counted: all but the least sure. Precision is measured over all thresholds.
var tested = model.DetectConfig{Score: 0.05, Overlap: 0.5, Most: 100}

// learn returns the loss of a batch and, where the model is not training, what it finds.
func (d *detector) learn(p *nn.Pass, b data.Batch) (objective.Loss, *tensor.Tensor) {
	a := d.model.Answer(p, p.Input(b.X))
	loss := a.Loss(things(b.Y), d.loss)
	if p.Training() {
		return loss, nil
	}
	return loss, rows(a.Detections(tested), float64(a.Size[0]), float64(a.Size[1]))
}

// rows returns detections as a tensor [n most 6]: the edges in pixels, the class, −1 for none, and the score.
func rows(all [][]model.Detection, height, width float64) *tensor.Tensor {
	most := 1
	for _, list := range all {
		most = max(most, len(list))
	}
	v := make([]float32, 0, len(all)*most*6)
	for _, list := range all {
		for i := range most {
			one := model.Detection{Class: -1}
			if i < len(list) {
				one = list[i]
			}
			b := one.Box
			v = append(v, float32(b[0]*width), float32(b[1]*height), float32(b[2]*width), float32(b[3]*height), float32(one.Class), float32(one.Score))
		}
	}
	return tensor.Of(v, len(all), most, 6)
}

// watched returns what is measured of the validation set after each epoch.
func (d *detector) watched() []metric.Metric {
	return []metric.Metric{&precision{name: "map50", class: -1}}
}

// measure tests the model, and says how well it finds each class that is there to be found.
func (d *detector) measure(ctx context.Context) (train.Values, error) {
	all := append(d.watched(), &precision{name: "map", class: -1, strict: true})
	for k, name := range d.kept.Classes {
		all = append(all, &precision{name: "ap50_" + name, class: k})
	}
	v, err := train.Evaluate(ctx, train.Task{Model: d.model, Loss: d.learn}, d.sets.Test, d.sets.Batch, all, nil)
	maps.DeleteFunc(v, func(name string, x float64) bool { return strings.HasPrefix(name, "ap50_") && math.IsNaN(x) })
	return v, err
}

// answer says what is in a photograph, or in some of the test set.
func (d *detector) answer(ctx context.Context, q recipe.Question) ([]recipe.Prediction, error) {
	if q.Text != "" {
		return nil, errors.New("this model takes pictures: PNG, JPEG and GIF files")
	}
	if q.File == "" {
		return d.examples(ctx, q.Most)
	}
	photo, err := picture.Open(q.File, picture.Options{Upright: true})
	if err != nil {
		return nil, fmt.Errorf("%w; this model takes PNG, JPEG and GIF files", err)
	}
	p, err := d.see(q.File, photo)
	return []recipe.Prediction{p}, err
}

// examples says what is in the first pictures of the test set.
func (d *detector) examples(ctx context.Context, most int) (all []recipe.Prediction, err error) {
	if d.test == nil {
		return nil, recipe.ErrNoData
	}
	if most == 0 {
		most = 4
	}
	for i := range min(most, d.test.Len()) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p, err := d.show(i)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// show says what is in a picture of the test set, and what it is to find.
func (d *detector) show(i int) (recipe.Prediction, error) {
	p, err := d.see(d.test.names[i], d.test.example(i).Picture())
	p.Want = d.said(d.test.boxes[i])
	return p, err
}

// said returns what is in a picture in words: "3 RBC, 1 WBC".
func (d *detector) said(boxes []picture.Box) string {
	var parts []string
	for k, name := range d.kept.Classes {
		n := 0
		for _, b := range boxes {
			if int(b.Label) == k {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, name))
		}
	}
	return strings.Join(parts, ", ")
}

// see returns what is in a picture of any size.
func (d *detector) see(name string, photo *picture.Picture) (recipe.Prediction, error) {
	k := d.kept
	like := data.Bytes{Shape: []int{3, k.Height, k.Width}, Mean: k.Mean, Deviation: k.Deviation}
	x := like.AppendNormalized(nil, photo.Resize(k.Height, k.Width).Planes())
	var found []model.Detection
	err := tensor.Catch(func() {
		p := nn.NewPass(nn.PassConfig{})
		defer p.Close()
		found = d.model.Detect(p, p.Input(tensor.Of(x, 1, 3, k.Height, k.Width)))[0]
	})
	return recipe.Sight(name, photo, found, k.Classes), err
}
