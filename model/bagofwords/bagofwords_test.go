package bagofwords

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Padding counts nothing, order counts nothing, and no word at all is no division by 0.
func TestMeanOfWhatIsThere(t *testing.T) {
	m := New(rng.New(1), 10, 3, Config{Width: 4})
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	y := m.Forward(p, tensor.Of([]int64{5, 7, 0, 0, 7, 5, 0, 0, 5, 7, 5, 7, 0, 0, 0, 0}, 4, 4)).Floats()
	for j := range 3 {
		for i := 1; i < 3; i++ {
			if d := math.Abs(float64(y[3*i+j] - y[j])); d > 1e-6 {
				t.Errorf("text %d gives %v, text 0 %v", i, y[3*i:3*i+3], y[:3])
			}
		}
		if y[9+j] != m.Head.Bias.Value.Floats()[j] {
			t.Errorf("no word gives %v, want the bias", y[9:])
		}
	}
}

func TestRegistered(t *testing.T) {
	m, err := model.New("bagofwords", rng.New(1), model.Examples{Input: []int{6}, Tokens: 50, Outputs: 2}, json.RawMessage(`{"width": 8, "dropout": 0.5}`))
	if err != nil {
		t.Fatal(err)
	}
	if n := nn.Count(nn.Params(m)); n != 50*8+8*2+2 {
		t.Errorf("%d parameters", n)
	}
	if _, err := model.New("bagofwords", rng.New(1), model.Examples{Input: []int{6}, Outputs: 2}, nil); err == nil {
		t.Error("it takes inputs that are no tokens")
	}
}

func TestGradient(t *testing.T) {
	m := New(rng.New(1), 6, 2, Config{Width: 3})
	ids := tensor.Of([]int64{1, 3, 0, 5, 5, 2}, 2, 3)
	err := autograd.Check(func(x []*tensor.Tensor) *tensor.Tensor {
		p := nn.NewPass(nn.PassConfig{Override: map[*tensor.Param]*tensor.Tensor{
			&m.Embedding.Weight: x[0], &m.Head.Weight: x[1], &m.Head.Bias: x[2],
		}})
		return m.Forward(p, ids)
	}, m.Embedding.Weight.Value, m.Head.Weight.Value, m.Head.Bias.Value)
	if err != nil {
		t.Error(err)
	}
}
