package recipe

import (
	"bytes"
	"image/png"
	"testing"

	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/model"
)

// The boxes of a class have its color, whatever else is found, and one without a name the next.
func TestColorsAreThoseOfTheClasses(t *testing.T) {
	photo := &picture.Picture{Pix: make([]uint8, 3*40*40), Height: 40, Width: 40, Channels: 3}
	for class := range 3 {
		p := Sight("x.jpg", photo, []model.Detection{{Box: [4]float64{0.25, 0.25, 0.75, 0.75}, Class: class, Score: 1}}, []string{"a", "b"})
		m, err := png.Decode(bytes.NewReader(p.Made[0].Data))
		if err != nil {
			t.Fatal(err)
		}
		if got := m.At(10, 20); got != colors[class] {
			t.Errorf("a box of class %d is %v, want %v", class, got, colors[class])
		}
		if p.Found[0].Class != [...]string{"a", "b", "class 2"}[class] {
			t.Errorf("class %d is called %q", class, p.Found[0].Class)
		}
	}
}
