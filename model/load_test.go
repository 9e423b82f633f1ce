package model

import (
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

func file(names ...string) format.File {
	var all []format.Named
	for i, name := range names {
		name, shape, _ := strings.Cut(name, ":")
		x := tensor.Full(float64(i+1), 2, 3)
		switch shape {
		case "b":
			x = tensor.Full(float64(i+1), 2)
		case "t":
			x = tensor.Full(float64(i+1), 3, 2)
		}
		all = append(all, format.Named{Name: name, Tensor: x})
	}
	return format.Of(nil, all...)
}

// What fits is loaded, into a model without values too; what does not is named, all at once.
func TestLoad(t *testing.T) {
	keras := Layout{
		Name: "keras", Marks: []string{"dense/kernel"},
		Source: func(ours string) Source {
			if ours == "weight" {
				return Source{Names: []string{"dense/kernel"}, Make: func(x []*tensor.Tensor) *tensor.Tensor { return x[0].T() }}
			}
			return Source{Names: []string{"dense/" + ours}}
		},
		Ignore: func(theirs string) bool { return theirs == "dense/step" },
	}
	for _, c := range []struct{ names, want string }{
		{"weight bias:b", ""},
		{"module.weight module.bias:b", ""},
		{"weight bias:b bn.num_batches_tracked:b", ""},
		{"dense/kernel:t dense/bias:b dense/step:b", ""},
		{"weight", "lacks bias"},
		{"weight bias:b more:b other", "no place for more, other"},
		{"weight:t bias:b", "weight is [3 2] in the file, and [2 3] in the model"},
		{"dense/kernel dense/bias:b", "weight is [3 2] in the file"},
		{"a b:b", "none of the model's parameters"},
	} {
		m := nn.NewLinear(nil, 3, 2)
		err := Load(m, file(strings.Fields(c.names)...), keras)
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want %s", c.names, err, c.want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.names, err)
			continue
		}
		p := nn.NewPass(nn.PassConfig{})
		if y := m.Forward(p, p.Input(tensor.Ones(1, 3))).Floats(); !slices.Equal(y, []float32{5, 5}) {
			t.Errorf("%s: the layer gives %v, want 5", c.names, y)
		}
		p.Close()
	}
	m := nn.NewLinear(nil, 3, 2)
	missing, surplus, err := LoadPart(m, file("weight", "more"))
	if err != nil || !slices.Equal(missing, []string{"bias"}) || !slices.Equal(surplus, []string{"more"}) {
		t.Errorf("missing %v, surplus %v, %v", missing, surplus, err)
	}
}

// What is spared keeps its value, whether the file has it or not, and in any shape; the rest must be there.
func TestLoadExcept(t *testing.T) {
	bias := func(name string) bool { return name == "bias" }
	for _, c := range []struct{ names, want string }{
		{"weight bias:b", ""},
		{"weight bias:t", ""},
		{"module.weight module.bias", ""},
		{"weight", ""},
		{"bias:b", "none of the model's parameters"},
		{"weight:t bias:b", "weight is [3 2] in the file"},
		{"weight bias:b more", "no place for more"},
	} {
		m := nn.NewLinear(nil, 3, 2)
		m.Bias.Value = tensor.Of([]float32{7, 8}, 2)
		err := LoadExcept(m, file(strings.Fields(c.names)...), bias)
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want %s", c.names, err, c.want)
			}
			continue
		}
		if err != nil || !slices.Equal(m.Bias.Value.Floats(), []float32{7, 8}) || m.Weight.Value.Floats()[0] != 1 {
			t.Errorf("%s: %v; the bias is %v, the weight %v", c.names, err, m.Bias.Value.Floats(), m.Weight.Value.Floats())
		}
	}
}

func TestConfigurationsGoOverEachOther(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"", "", ""},
		{`{"x":1}`, "", `{"x":1}`},
		{"", `{"x":2}`, `{"x":2}`},
		{`{"x":1,"y":[1]}`, `{"x":2}`, `{"x":2,"y":[1]}`},
	} {
		if got, err := over(c.a, []byte(c.b)); err != nil || string(got) != c.want {
			t.Errorf("%s under %s: %s, %v", c.a, c.b, got, err)
		}
	}
}
