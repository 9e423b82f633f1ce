package recipe

import (
	"fmt"
	"testing"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/tensor"
)

// sketcher is a Drawer of inputs of two numbers.
type sketcher struct{}

func (sketcher) Check(*Inputs) error { return nil }

func (sketcher) Read(_ *Inputs, q Question) (data.Set, []string, error) {
	set, err := data.NewTensors(tensor.Of([]float32{1, 2, 3, 4}, 2, 2), tensor.Of([]int64{0, 0}, 2))
	return set, []string{q.File + " 1", q.File + " 2"}, err
}

func (sketcher) Draw(in *Inputs, label string, x *tensor.Tensor) []Made {
	return []Made{{label, fmt.Append(nil, x.Shape(), x.Floats(), in.Unit)}}
}

// What a model is given of a file that cannot be looked at is drawn, each input under its label.
func TestAnswersAboutFilesAreDrawn(t *testing.T) {
	r, err := Builtin("iris")
	if err != nil {
		t.Fatal(err)
	}
	j, err := Supervise(&Inputs{Unit: "pairs", Shape: []int{2}, Classes: []string{"a", "b", "c"}, Reader: sketcher{}}, nil).Begin(r)
	if err != nil {
		t.Fatal(err)
	}
	all, err := j.Predict(t.Context(), Question{File: "f"})
	if err != nil || len(all) != 2 {
		t.Fatal(all, err)
	}
	if m := all[1].Made; len(m) != 1 || m[0].Name != "f 2" || string(m[0].Data) != "[2] [3 4]pairs" {
		t.Errorf("%s", m)
	}
}
