package model

import (
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/rng"
)

// Pictures become the numbers that torchvision's transforms and Keras's preprocess_input make of them, to the last bit but
// one: PyTorch divides by 255 in the same way, and a compiler may join a product and a sum.
func TestPreprocessEqualsTorchvisionAndKeras(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/preprocess.golden"), "") {
		c = c.On(t)
		var kind, filter string
		c.Attr("kind", &kind)
		c.Attr("filter", &filter)
		p := map[string]Preprocess{"imagenet": {}, "half": {Mean: Half(), Std: Half()}, "caffe": Caffe()}[kind]
		p.Resize, p.Crop, p.Filter = c.Int("resize"), c.Int("crop"), picture.Filter(filter)
		photo := &picture.Picture{Height: c.Int("height"), Width: c.Int("width"), Channels: 3}
		u := make([]float32, photo.Height*photo.Width*3)
		rng.KeyOf(7).Uniform(u)
		for _, v := range u {
			photo.Pix = append(photo.Pix, uint8(256*v))
		}
		y := p.Apply(photo)
		if !slices.Equal(y.Shape(), c.Shape("y")) {
			t.Fatalf("%s: shape %v, want %v", c.Name, y.Shape(), c.Shape("y"))
		}
		check.Close(t, c.Name, y.Floats(), c.Float32("y"), 2e-6)
	}
}
