package mirrored

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	_ "github.com/jimu-ml/jimu/model/convnet" // the network that is asked
	"github.com/jimu-ml/jimu/model/modeltest"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

var of = model.Examples{Input: []int{1, 12, 12}, Outputs: 3}

func ask(m nn.Layer, training bool, x *tensor.Tensor) []float32 {
	p := nn.NewPass(nn.PassConfig{Params: nn.Params(m), Training: training})
	defer p.Close()
	return tensor.Values[float32](m.Forward(p, x))
}

// It answers for a picture and for its mirror image alike, with the mean of what the network says of both, and learns from
// the picture alone.
func TestAsksTwice(t *testing.T) {
	body := json.RawMessage(`{"channels": [4], "size": 3, "hidden": 8}`)
	m, err := New(rng.New(1), of, Config{Body: body})
	if err != nil {
		t.Fatal(err)
	}
	alone, err := model.New("convnet", rng.New(1), of, body)
	if err != nil {
		t.Fatal(err)
	}
	x := check.Formula(5, 0, 1, 2, 1, 12, 12)
	left, right := ask(alone, false, x), ask(alone, false, x.Flip(3))
	if slices.Equal(left, right) {
		t.Fatal("the network cannot tell a picture from its mirror image, so that this tests nothing")
	}
	both := ask(m, false, x)
	for i, y := range both {
		if want := (left[i] + right[i]) / 2; y != want {
			t.Errorf("logit %d: %v, want %v, the mean of %v and %v", i, y, want, left[i], right[i])
		}
	}
	if other := ask(m, false, x.Flip(3)); !slices.Equal(both, other) {
		t.Errorf("of a picture %v, of its mirror image %v", both, other)
	}
	if trained := ask(m, true, x); !slices.Equal(trained, left) {
		t.Errorf("in training %v, want %v as without the mirror image", trained, left)
	}
}

// The parameters have the names that they have without it, so that weights go from one to the other.
func TestNamesStay(t *testing.T) {
	m, err := New(nil, of, Config{})
	if err != nil {
		t.Fatal(err)
	}
	alone, err := model.New("convnet", nil, of, nil)
	if err != nil {
		t.Fatal(err)
	}
	names := func(m any) (s []string) {
		for _, p := range nn.Params(m) {
			s = append(s, p.Name)
		}
		return s
	}
	if a, b := names(m), names(alone); len(a) == 0 || !slices.Equal(a, b) {
		t.Errorf("%v, without it %v", a, b)
	}
}

func TestRefused(t *testing.T) {
	modeltest.Refuses(t, "mirrored", of, `{"of": "convnets"}`, "did you mean convnet")
	modeltest.Refuses(t, "mirrored", of, `{"of": "mirrored"}`, "the same as that one")
	modeltest.Refuses(t, "mirrored", of, `{"body": {"size": 4}}`, "want an odd one")
	modeltest.Refuses(t, "mirrored", model.Examples{Input: []int{4}, Outputs: 3}, ``, "no pictures [c h w]")
}
