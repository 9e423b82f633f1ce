package vgg

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/modeltest"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

func TestLogitsEqualPyTorch(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/vgg.golden"), "") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			m, err := New(rng.New(1), 3, 10, Config{
				Layers: c.Int("layers"), Width: c.Int("width"), Hidden: c.Int("hidden"), BatchNorm: c.Bool("batch_norm"), Dropout: -1,
			})
			if err != nil {
				t.Fatal(err)
			}
			check.Fill(t, nn.Params(m), c.Names())
			check.Logits(t, c, func(training bool, x *tensor.Tensor) []float32 {
				p := nn.NewPass(nn.PassConfig{Training: training})
				defer p.Close()
				return m.Forward(p, p.Input(x)).Floats()
			})
		})
	}
}

// It is built by name, after a run on the meta device, and what does not fit is said.
func TestBuiltByName(t *testing.T) {
	of := model.Examples{Input: []int{3, 64, 64}, Outputs: 5}
	if _, err := model.New("vgg", rng.New(1), of, json.RawMessage(`{"layers": 11, "width": 4, "hidden": 8}`)); err != nil {
		t.Error(err)
	}
	modeltest.Refuses(t, "vgg", of, `{"layers": 12}`, "no VGG of 12 layers; there are 11, 13, 16 and 19")
	modeltest.Refuses(t, "vgg", of, `{"depth": 1}`, "depth")
	modeltest.Refuses(t, "vgg", model.Examples{Input: []int{9}, Outputs: 5}, ``, "no pictures")
	modeltest.Refuses(t, "vgg", model.Examples{Input: []int{3, 28, 28}, Outputs: 5}, ``, "28×28 are too small")
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := New(rng.New(1), 3, 4, Config{Layers: 11, Width: 8, Hidden: 32, BatchNorm: true, Dropout: -1})
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 4, 3, 64, 64), tensor.Of([]int64{0, 1, 2, 3}, 4)
	modeltest.Overfits(t, "vgg", m, 3e-3, 40, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.CrossEntropy(m.Forward(p, x), y)
	})
}

// A network that Keras wrote, by any of its three namings, answers as in Keras.
func TestKerasFiles(t *testing.T) {
	c := check.Cases(t, check.Golden(t, "testdata/keras.golden"), "")[0].On(t)
	names, shapes := map[string][]string{}, [][]int{}
	for _, naming := range []string{"names", "names1", "names3"} {
		var list []string
		c.Attr(naming, &list)
		names[naming] = list
	}
	c.Attr("shapes", &shapes)
	for naming, list := range names {
		var tensors []format.Named
		for i, shape := range shapes {
			offset, scale := float32(0), float32(0.1)
			if len(shape) > 1 {
				n := 1
				for _, d := range shape[1:] {
					n *= d
				}
				scale = float32(math.Sqrt(6 / float64(n)))
			}
			tensors = append(tensors, format.Named{Name: list[i], Tensor: check.Formula(uint64(i+1), offset, scale, shape...)})
		}
		m, err := New(nil, 3, 10, Config{Width: c.Int("width"), Hidden: c.Int("hidden")})
		if err != nil {
			t.Fatal(err)
		}
		file := format.Of(nil, tensors...)
		if err := model.Load(m, file); err != nil {
			t.Errorf("%s: %v", naming, err)
			continue
		}
		if l := model.LayoutOf(m, file); l.Preprocess == nil || *l.Preprocess.Mean != *model.Caffe().Mean {
			t.Errorf("%s: photographs are not prepared as in Caffe", naming)
		}
		p := nn.NewPass(nn.PassConfig{})
		x := check.Formula(1000, 0, 1, 2, 3, 224, 224)
		check.CloseScaled(t, naming, m.Forward(p, p.Input(x)).Floats(), c.Float32("y"), 1e-5)
		p.Close()
	}
	m, err := New(nil, 3, 10, Config{BatchNorm: true, Width: 4, Hidden: 12})
	if err != nil {
		t.Fatal(err)
	}
	file := format.Of(nil, format.Named{Name: "block1_conv1/kernel", Tensor: tensor.Zeros(3, 3, 3, 4)})
	if err := model.Load(m, file); err == nil || !strings.Contains(err.Error(), "features.1.weight") {
		t.Errorf("a network with norms from a file without: %v", err)
	}
}
