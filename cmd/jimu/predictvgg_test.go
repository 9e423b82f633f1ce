package main

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/jimu-ml/jimu/recipe"
)

// VGG16 of full size says of a photograph what torchvision and what Keras say, each with its own preparation, and something
// else where pixels are only divided by 255. The files are large: _golden/vgg_keras.py --full writes them, and JIMU_REFERENCE
// says where.
func TestPredictVGG16(t *testing.T) {
	dir := os.Getenv("JIMU_REFERENCE")
	text, err := os.ReadFile(filepath.Join(dir, "photos.json"))
	if dir == "" || err != nil {
		t.Skip("JIMU_REFERENCE names no folder with photos.json: see _golden/vgg_keras.py")
	}
	var reference struct {
		Cases []struct {
			Photo, Pixels string
			Weights       []string
			Top           []recipe.Score
		}
	}
	if err := json.Unmarshal(text, &reference); err != nil || len(reference.Cases) == 0 {
		t.Fatalf("%d cases: %v", len(reference.Cases), err)
	}
	for _, c := range reference.Cases {
		for _, weights := range c.Weights {
			path := filepath.Join(dir, weights)
			if _, err := os.Stat(path); err != nil {
				t.Logf("%s is not there", weights)
				continue
			}
			args := []string{"predict", "--model", "vgg16", "--weights", path, "--json", c.Photo}
			if c.Pixels != "" {
				args = append(args, "--pixels", c.Pixels)
			}
			var out, errs bytes.Buffer
			var got recipe.Prediction
			if code := run(args, &out, &errs); code != 0 {
				t.Fatalf("%s: %s", weights, errs.String())
			}
			if err := json.Unmarshal(out.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			off := 0.0
			for i, want := range c.Top {
				if got.Classes[i].Class != want.Class {
					t.Errorf("%s of %s: class %d is %s, want %s", weights, c.Photo, i, got.Classes[i].Class, want.Class)
				}
				off = max(off, math.Abs(got.Classes[i].Probability/want.Probability-1))
			}
			t.Logf("%s of %s %s: %s %.4f, off by %.1e", weights, filepath.Base(c.Photo), c.Pixels, c.Top[0].Class, c.Top[0].Probability, off)
			most := 1e-3
			if filepath.Ext(c.Photo) == ".jpg" {
				most = 2e-2 // Go's decoder rounds some bytes to their neighbors, which random weights are sensitive to
			}
			if !(off < most) {
				t.Errorf("%s of %s: probabilities are off by %g of their own", weights, c.Photo, off)
			}
		}
	}
}
