package recipe

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/model"
)

// A Found thing is one that a model sees in a picture, in pixels.
type Found struct {
	Class  string   `json:"class"`
	Score  float64  `json:"score"`
	Box    [4]int   `json:"box"` // left, top, width, height
	Points [][2]int `json:"points,omitempty"`
}

// Sight returns what a detector sees in a picture as a prediction, with a copy of the picture [3 h w] in which it is drawn. The
// names are those of the classes.
func Sight(file string, photo *picture.Picture, things []model.Detection, names []string) Prediction {
	found := make([]Found, len(things)) // not nil: it looked
	for i, d := range things {
		found[i] = inPixels(d, names, photo)
	}
	name := cmp.Or(strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)), "photograph")
	return Prediction{Input: file, Found: found, Made: []Made{{name + ".png", drawn(photo, found, names)}}}
}

func inPixels(d model.Detection, names []string, photo *picture.Picture) Found {
	pixel := func(share float64, side int) int { return int(math.Round(share * float64(side))) }
	left, top := pixel(d.Box[0], photo.Width), pixel(d.Box[1], photo.Height)
	f := Found{
		Class: fmt.Sprint("class ", d.Class), Score: d.Score,
		Box: [4]int{left, top, pixel(d.Box[2], photo.Width) - left, pixel(d.Box[3], photo.Height) - top},
	}
	if d.Class < len(names) {
		f.Class = names[d.Class]
	}
	for _, at := range d.Points {
		f.Points = append(f.Points, [2]int{pixel(at[0], photo.Width), pixel(at[1], photo.Height)})
	}
	return f
}

// colors are those of the boxes of one class after another in the order of their names.
var colors = []color.RGBA{{0, 220, 90, 255}, {255, 170, 0, 255}, {60, 140, 255, 255}, {230, 60, 220, 255}, {0, 210, 210, 255}}

// drawn returns a copy of a picture, as PNG, with boxes and points. A class of those names has one color in all pictures.
func drawn(photo *picture.Picture, all []Found, names []string) []byte {
	m := image.NewRGBA(image.Rect(0, 0, photo.Width, photo.Height))
	for i := range photo.Width * photo.Height {
		copy(m.Pix[4*i:], photo.Pix[3*i:3*i+3])
		m.Pix[4*i+3] = 255
	}
	thick := max(2, min(photo.Width, photo.Height)/160)
	red := image.NewUniform(color.RGBA{255, 60, 60, 255})
	classes := slices.Clone(names)
	for _, f := range all {
		k := indexOrAdd(&classes, f.Class)
		edge := image.NewUniform(colors[k%len(colors)])
		x, y, w, h := f.Box[0], f.Box[1], f.Box[2], f.Box[3]
		for _, side := range []image.Rectangle{
			image.Rect(x, y, x+w, y+thick), image.Rect(x, y+h-thick, x+w, y+h), image.Rect(x, y, x+thick, y+h), image.Rect(x+w-thick, y, x+w, y+h),
		} {
			draw.Draw(m, side, edge, image.Point{}, draw.Src)
		}
		for _, at := range f.Points {
			draw.Draw(m, image.Rect(at[0]-thick, at[1]-thick, at[0]+thick, at[1]+thick), red, image.Point{}, draw.Src)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return nil // a picture in memory can be written into memory
	}
	return b.Bytes()
}

func indexOrAdd(names *[]string, name string) int {
	for i, n := range *names {
		if n == name {
			return i
		}
	}
	*names = append(*names, name)
	return len(*names) - 1
}
