package main

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	photograph "github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/rng"
)

const smallResnet = `{"layers": 18, "width": 8, "depths": [1, 1, 1, 1]}`

// published writes the weights of a small network of 5 classes, their names and a photograph, and returns the network.
func published(t *testing.T) (m nn.Layer, weights, labels, photo string) {
	t.Helper()
	dir := t.TempDir()
	weights, labels, photo = filepath.Join(dir, "weights.safetensors"), filepath.Join(dir, "labels.txt"), filepath.Join(dir, "photo.png")
	of := model.Photos(224)
	of.Outputs = 5
	m, err := model.New("resnet", rng.New(3), of, json.RawMessage(smallResnet))
	if err != nil {
		t.Fatal(err)
	}
	var all []format.Named
	for _, q := range nn.Params(m) {
		all = append(all, format.Named{Name: q.Name, Tensor: q.Param.Value})
	}
	if err := format.Write(weights, format.Of(nil, all...), format.WriteConfig{}); err != nil {
		t.Fatal(err)
	}
	p := image.NewRGBA(image.Rect(0, 0, 300, 260))
	for i := range 300 * 260 {
		p.Set(i%300, i/300, color.RGBA{uint8(i), uint8(i / 300), uint8(i % 300 / 2), 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{labels: []byte("ant\nbee\ncat\ndog\nelk\n"), photo: b.Bytes()} {
		if err := os.WriteFile(name, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return m, weights, labels, photo
}

// A published network is asked about a photograph, prepared as its weights want it.
func TestPredictPhotograph(t *testing.T) {
	m, weights, labels, photo := published(t)
	p, err := photograph.Open(photo, photograph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	prepare := model.Preprocess{}
	ask := func(more ...string) (first recipe.Prediction) {
		t.Helper()
		var out, errs bytes.Buffer
		args := append([]string{"predict", "--json", "--model", "resnet", "--config", smallResnet, "--weights", weights, "--labels", labels, photo}, more...)
		if code := run(args, &out, &errs); code != 0 {
			t.Fatalf("%v: %s", more, errs.String())
		}
		if err := json.Unmarshal(out.Bytes(), &first); err != nil {
			t.Fatal(err)
		}
		return first
	}
	same := func(got recipe.Prediction, by model.Preprocess) bool {
		pass := nn.NewPass(nn.PassConfig{})
		defer pass.Close()
		want := scored(photo, []string{"ant", "bee", "cat", "dog", "elk"}, m.Forward(pass, pass.Input(by.Apply(p))).Floats())
		for i, s := range want.Classes {
			if d := got.Classes[i].Probability - s.Probability; got.Classes[i].Class != s.Class || d > 1e-5 || d < -1e-5 {
				return false
			}
		}
		return true
	}
	unit, _ := prepare.As("unit")
	if got := ask(); !same(got, prepare) || same(got, unit) {
		t.Errorf("%+v is not what the network says of the prepared photograph", got)
	}
	if got := ask("--pixels", "unit"); !same(got, unit) || same(got, prepare) {
		t.Errorf("--pixels unit: %+v is not what the network says of pixels divided by 255", got)
	}
	prepare.Resize = 230
	if got := ask("--resize", "230"); !same(got, prepare) {
		t.Errorf("--resize 230: %+v is not what the network says", got)
	}
	var out bytes.Buffer
	if code := run([]string{"predict", "--model", "resnet", "--config", smallResnet, "--weights", weights, "--labels", labels, photo, photo}, &out, &out); code != 0 || strings.Count(out.String(), "%") != 10 {
		t.Errorf("%d: %s; want two lines with five classes", code, out.String())
	}
}

// What does not go together is said, and how to go on.
func TestPredictPhotographRefused(t *testing.T) {
	_, weights, labels, photo := published(t)
	for want, args := range map[string][]string{
		"--model needs --weights":        {"--model", "vgg16", photo},
		"--weights is for --model":       {"--weights", weights, photo},
		"two models":                     {"--run", "runs/x", "--model", "vgg16", "--weights", weights, photo},
		"needs a photograph":             {"--model", "vgg16", "--weights", weights},
		"did you mean vgg11":             {"--model", "vgg61", "--weights", weights, photo},
		"no network for photographs":     {"--model", "lenet", "--weights", weights, photo},
		"none of the model's parameters": {"--model", "vgg16", "--weights", weights, photo},
		"fc.weight is [5 64]":            {"--model", "resnet", "--config", smallResnet, "--weights", weights, photo},
		"there are imagenet":             {"--model", "resnet", "--config", smallResnet, "--weights", weights, "--labels", labels, "--pixels", "bgr", photo},
		"in the layouts torchvision":     {"--model", "resnet", "--config", smallResnet, "--weights", weights, "--labels", labels, "--layout", "x", photo},
		"not an image":                   {"--model", "resnet", "--config", smallResnet, "--weights", weights, "--labels", labels, labels},
		"gone.safetensors":               {"--model", "vgg16", "--weights", "gone.safetensors", photo},
	} {
		var out, errs bytes.Buffer
		if code := run(append([]string{"predict"}, args...), &out, &errs); code == 0 || !strings.Contains(errs.String(), want) {
			t.Errorf("%v: %d %q, want %q", args, code, errs.String(), want)
		}
	}
}
