package keras

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// model writes the description of a Sequential model of layers, each a class and its configuration.
func described(layers ...string) []byte {
	var list []string
	for i := 0; i < len(layers); i += 2 {
		list = append(list, `{"class_name": "`+layers[i]+`", "config": {`+layers[i+1]+`}}`)
	}
	return []byte(`{"class_name": "Sequential", "config": {"name": "m", "layers": [` + strings.Join(list, ",") + `]}}`)
}

// What cannot be built is an error that says which layer it is, and all unknown classes are named at once.
func TestRefuses(t *testing.T) {
	const input = `"batch_shape": [null, 8], "name": "in"`
	functional := func(layers, in, out string) []byte {
		return []byte(`{"class_name": "Functional", "config": {"name": "f", "layers": [` + layers + `], "input_layers": ` + in + `, "output_layers": ` + out + `}}`)
	}
	const a = `{"class_name": "InputLayer", "name": "a", "config": {"name": "a", "batch_shape": [null, 4]}, "inbound_nodes": []}`
	dense := func(name, from string) string {
		return `{"class_name": "Dense", "name": "` + name + `", "config": {"name": "` + name + `", "units": 3}, "inbound_nodes": [[["` + from + `", 0, 0, {}]]]}`
	}
	for _, c := range []struct {
		text []byte
		want string
	}{
		{described("Lambda", `"name": "evil", "function": "abc"`), "Lambda (evil); a Lambda is a program"},
		{described("InputLayer", input, "Foo", `"name": "x"`, "Bar", `"name": "y"`, "Foo", `"name": "z"`), "Bar (y); Foo (x, z)"},
		{described("InputLayer", input, "TimeDistributed", `"layer": {"class_name": "Baz", "config": {"name": "deep"}}`), "Baz (deep)"},
		{described("InputLayer", input, "Dense", `"name": "d"`), "layer d (Dense): units is 0"},
		{described("InputLayer", input, "Dense", `"name": "d", "units": "many"`), "units: \"many\" is no int"},
		{described("InputLayer", input, "Dense", `"name": "d", "units": 3, "activation": "boom"`), `"boom" is not known`},
		{described("InputLayer", input, "Conv2D", `"name": "c", "filters": 3, "kernel_size": [3, 3]`), "layer c (Conv2D)"},
		{described("InputLayer", input, "LSTM", `"name": "l", "units": 3`), "sequences [n t in] are wanted"},
		{described("Dense", `"name": "d", "units": 3`), "does not say what shape"},
		{described("InputLayer", input, "Dense", `"name": "a", "units": 1000000`, "Dense", `"name": "b", "units": 1000000`), "layer b (Dense): parameter: a shape of [1000000 1000000] is too large"},
		{described("InputLayer", `"batch_shape": [null, 10000, 10000, 1]`, "UpSampling2D", `"name": "u", "size": 100`), "is too large"},
		{described("InputLayer", `"batch_shape": [null, 100000, 1]`, "LSTM", `"name": "l", "units": 2, "activation": "relu"`), "100000 steps are too many"},
		{functional(dense("d", "e"), `[["d", 0, 0]]`, `[["d", 0, 0]]`), `layer "e", and there is none`},
		{functional(a+","+dense("d", "e")+","+dense("e", "d"), `[["a", 0, 0]]`, `[["e", 0, 0]]`), "takes what follows from it"},
		{functional(a+","+dense("d", "a"), `[["a", 0, 0]]`, `[["d", 5, 0]]`), "use 5 of layer"},
		{functional(a+","+dense("d", "a"), `[["a", 0, 0]]`, `[["d", 0, 2]]`), "output 2 is wanted"},
		{functional(a+","+a, `[["a", 0, 0]]`, `[["a", 0, 0]]`), "two layers are called"},
		{[]byte(`{"class_name": "Dense", "config": {}}`), "no model of layers"},
		{[]byte(strings.Repeat(`{"config":`, 300)), "nested more than"},
		{[]byte(`{`), "description"},
	} {
		if _, err := New(nil, c.text, ""); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.150s\n%v, want %s", c.text, err, c.want)
		}
	}
	if _, err := New(nil, described("Foo", ""), ""); !errors.Is(err, ErrLayer) {
		t.Errorf("%v is no ErrLayer", err)
	}
}

// Weights that do not fit are named: what is missing, what is left, what has another shape.
func TestWeightsThatDoNotFit(t *testing.T) {
	text := described("InputLayer", `"batch_shape": [null, 2], "name": "in"`, "Dense", `"name": "a", "units": 3`, "Dense", `"name": "b", "units": 1`)
	zeros := func(names ...string) (list []format.Named) {
		shapes := map[string][]int{"a/kernel": {2, 3}, "a/bias": {3}, "b/kernel": {3, 1}, "b/bias": {1}, "b/gamma": {1}, "c/kernel": {3, 1}, "a/0": {2, 3}, "a/1": {3}}
		for _, n := range names {
			list = append(list, format.Named{Name: n, Tensor: tensor.Zeros(shapes[n]...)})
		}
		return list
	}
	for _, c := range []struct {
		tensors []format.Named
		want    string
	}{
		{zeros("a/kernel", "a/bias", "b/kernel", "b/bias"), ""},
		{zeros("a/0", "a/1", "b/kernel", "b/bias"), ""},
		{zeros("a/kernel", "a/bias", "c/kernel"), "nothing of layer b, which has b/kernel, b/bias\nthe model has no place for c/kernel"},
		{zeros("a/kernel", "b/kernel", "b/bias"), "layer a: the file has a/kernel, and it takes a/kernel, a/bias"},
		{zeros("a/kernel", "a/bias", "b/kernel", "b/gamma"), "b/gamma where it takes b/bias"},
		{append(zeros("a/kernel", "a/bias", "b/kernel"), format.Named{Name: "b/bias", Tensor: tensor.Zeros(2)}), "b/bias is [2] in the file, and [1] in the model"},
	} {
		m, err := New(nil, text, "")
		if err != nil {
			t.Fatal(err)
		}
		if err = m.Load(format.Of(nil, c.tensors...)); c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}

// A model that was read as a description is trained like any other: it learns one batch by heart.
func TestOverfitsOneBatch(t *testing.T) {
	text := opened(t, "convnet.keras").Metadata()["model_config"]
	text = strings.Replace(text, `"softmax"`, `"linear"`, 1)
	m, err := New(rng.New(1), []byte(text), "3")
	if err != nil {
		t.Fatal(err)
	}
	values := make([]float32, 4*12*12)
	rng.KeyOf(3).Uniform(values)
	x, y := tensor.Of(values, 4, 12, 12, 1), tensor.Of([]int64{0, 1, 2, 3}, 4)
	opt := optim.New(optim.Adam{LR: 3e-2}, nn.Params(m))
	loss := 0.0
	for range 120 {
		if loss, err = train.Step(context.Background(), opt, func(p *nn.Pass) objective.Loss {
			return objective.CrossEntropy(m.Forward(p, x), y)
		}); err != nil {
			t.Fatal(err)
		}
	}
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	if got := m.Forward(p, p.Input(x)).ArgMax(-1).Ints(); loss > 2 || got[0] != 0 || got[1] != 1 || got[2] != 2 || got[3] != 3 {
		t.Errorf("after 120 steps on one batch the loss is %v, and the answers %v", loss, got)
	}
}

// FuzzNew builds whatever is described.
func FuzzNew(f *testing.F) {
	for _, name := range []string{"shapes.keras", "sequences.h5", "merges.keras", "tokens.keras", "article.h5"} {
		f.Add([]byte(opened(f, name).Metadata()["model_config"]))
	}
	f.Add(described("InputLayer", `"batch_shape": [null, 8]`, "Dense", `"units": 3`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if !json.Valid(text) {
			return
		}
		for _, version := range []string{"2.1", "3.1"} {
			New(nil, text, version)
		}
	})
}
