package inception

import (
	"encoding/json"
	"fmt"
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

func TestLogitsOfGoogLeNetEqualTorchvision(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/inception.golden"), "googlenet/") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			var config Config
			c.Attr("config", &config)
			m, err := NewGoogLeNet(rng.New(1), 3, 10, config)
			if err != nil {
				t.Fatal(err)
			}
			check.Fill(t, nn.Params(m), c.Names())
			check.Logits(t, c, func(training bool, x *tensor.Tensor) []float32 {
				p := nn.NewPass(nn.PassConfig{Training: training})
				defer p.Close()
				all := m.Answers(p, p.Input(x))
				for i, aux := range all[1:] {
					name := fmt.Sprint("aux", i+1)
					check.CloseScaled(t, name, aux.Floats(), c.Float32(name), 10*c.Float("err32")+1e-5)
				}
				if want := len(all) - 1; training && want != len(c.Arrays())-2 {
					t.Errorf("%d auxiliary answers, want %d", want, len(c.Arrays())-2)
				}
				return all[0].Floats()
			})
		})
	}
}

func TestLogitsOfVersion3EqualTorchvision(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/inception.golden"), "v3/") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			var config Config
			c.Attr("config", &config)
			m, err := NewV3(rng.New(1), 3, 10, config)
			if err != nil {
				t.Fatal(err)
			}
			check.Fill(t, nn.Params(m), c.Names())
			check.Logits(t, c, func(training bool, x *tensor.Tensor) []float32 {
				p := nn.NewPass(nn.PassConfig{Training: training})
				defer p.Close()
				all := m.Answers(p, p.Input(x))
				for i, aux := range all[1:] {
					name := fmt.Sprint("aux", i+1)
					check.CloseScaled(t, name, aux.Floats(), c.Float32(name), 10*c.Float("err32")+1e-5)
				}
				if want := len(all) - 1; training && want != len(c.Arrays())-2 {
					t.Errorf("%d auxiliary answers, want %d", want, len(c.Arrays())-2)
				}
				return all[0].Floats()
			})
		})
	}
}

// The published numbers of parameters are those of GoogLeNet without its auxiliary heads, and of Inception v3 with its own.
func TestParameterCounts(t *testing.T) {
	for name, want := range map[string]map[string]int{
		"googlenet":    {`{}`: 6_624_904},
		"inception_v3": {`{"auxiliary": true}`: 27_161_264, `{}`: 23_834_568},
	} {
		for config, n := range want {
			m, err := model.New(name, nil, model.Examples{}, json.RawMessage(config))
			if err != nil {
				t.Fatal(err)
			}
			if got := nn.Count(nn.Params(m)); got != n {
				t.Errorf("%s %s has %d parameters, want %d", name, config, got, n)
			}
		}
	}
}

// A network without heads ignores those of a file, and nothing else.
func TestHeadsOfAFileAreIgnored(t *testing.T) {
	full, err := NewGoogLeNet(rng.New(1), 3, 10, Config{Width: 8, Auxiliary: true})
	if err != nil {
		t.Fatal(err)
	}
	var file []format.Named
	for _, q := range nn.Params(full) {
		file = append(file, format.Named{Name: q.Name, Tensor: q.Param.Value})
	}
	bare, err := NewGoogLeNet(nil, 3, 10, Config{Width: 8})
	if err != nil {
		t.Fatal(err)
	}
	a, _, _ := model.Find("googlenet")
	if err := model.Load(bare, format.Of(nil, file...), a.Layouts...); err != nil {
		t.Error(err)
	}
	file = append(file, format.Named{Name: "aux3", Tensor: tensor.Zeros(1)})
	if err := model.Load(bare, format.Of(nil, file...), a.Layouts...); err == nil || !strings.Contains(err.Error(), "aux3") {
		t.Errorf("a tensor that no network has: %v", err)
	}
}

// What does not fit is said.
func TestRefused(t *testing.T) {
	of := model.Photos(64)
	modeltest.Refuses(t, "googlenet", model.Photos(14), ``, "14×14 are too small")
	modeltest.Refuses(t, "inception_v3", model.Photos(74), ``, "74×74 are too small")
	modeltest.Refuses(t, "googlenet", of, `{"widths": 3}`, "widths")
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := NewGoogLeNet(rng.New(1), 3, 4, Config{Width: 8, Dropout: -1})
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 4, 3, 32, 32), tensor.Of([]int64{0, 1, 2, 3}, 4)
	modeltest.Overfits(t, "inception", m, 3e-3, 40, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.CrossEntropy(m.Forward(p, x), y)
	})
}
