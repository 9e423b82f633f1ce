package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	photograph "github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// detects reports whether the network finds things, as far as its name tells.
func (o *photosOptions) detects() bool {
	if _, _, ok := model.Find(o.model); !ok {
		return false
	}
	m, err := model.New(o.model, nil, model.Examples{}, json.RawMessage(o.config))
	if err != nil {
		return false
	}
	_, ok := m.(model.Detector)
	return ok
}

// A found thing is a detection in pixels.
type found struct {
	Class  string   `json:"class"`
	Score  float64  `json:"score"`
	Box    [4]int   `json:"box"` // left, top, width, height
	Points [][2]int `json:"points,omitempty"`
}

// detect says what is in photographs, and draws it.
func (a *app) detect(o *photosOptions, files []string, asJSON bool) error {
	family, v, _ := model.Find(o.model)
	m, prepare, err := o.load(family, v)
	if err != nil {
		return err
	}
	names := family.Classes
	if o.labels != "" {
		if names, err = o.names(0); err != nil {
			return err
		}
	}
	for _, file := range files {
		photo, things, err := look(m, prepare, file)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		all := make([]found, len(things))
		for i, d := range things {
			all[i] = inPixels(d, names, photo)
		}
		if err := a.say(file, all, asJSON); err != nil {
			return err
		}
		if o.draw != "" {
			if err := drawFound(o.draw, file, photo, all); err != nil {
				return err
			}
		}
	}
	return nil
}

func look(m nn.Layer, prepare model.Preprocess, file string) (photo *photograph.Picture, things []model.Detection, err error) {
	if photo, err = photograph.Open(file, photograph.Options{Channels: 3}); err != nil {
		return nil, nil, err
	}
	e := tensor.Catch(func() {
		p := nn.NewPass(nn.PassConfig{})
		defer p.Close()
		things = m.(model.Detector).Detect(p, p.Input(prepare.Apply(photo)))[0]
	})
	return photo, things, e
}

func inPixels(d model.Detection, names []string, photo *photograph.Picture) found {
	pixel := func(share float64, side int) int { return int(math.Round(share * float64(side))) }
	left, top := pixel(d.Box[0], photo.Width), pixel(d.Box[1], photo.Height)
	f := found{Class: fmt.Sprint("class ", d.Class), Score: d.Score, Box: [4]int{left, top, pixel(d.Box[2], photo.Width) - left, pixel(d.Box[3], photo.Height) - top}}
	if d.Class < len(names) {
		f.Class = names[d.Class]
	}
	for _, at := range d.Points {
		f.Points = append(f.Points, [2]int{pixel(at[0], photo.Width), pixel(at[1], photo.Height)})
	}
	return f
}

// say prints what is in a photograph.
func (a *app) say(file string, all []found, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(a.out).Encode(struct {
			Input string  `json:"input"`
			Found []found `json:"found"`
		}{file, all})
	}
	if len(all) == 0 {
		fmt.Fprintf(a.out, "%s: nothing\n", file)
	}
	for _, f := range all {
		fmt.Fprintf(a.out, "%s: %s %.1f %% at %d,%d, %d × %d pixels\n", file, f.Class, 100*f.Score, f.Box[0], f.Box[1], f.Box[2], f.Box[3])
	}
	return nil
}

// drawFound writes a copy of the photograph with the boxes and points drawn, as PNG, into a folder.
func drawFound(folder, file string, photo *photograph.Picture, all []found) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	m := image.NewRGBA(image.Rect(0, 0, photo.Width, photo.Height))
	for i := range photo.Width * photo.Height {
		copy(m.Pix[4*i:], photo.Pix[3*i:3*i+3])
		m.Pix[4*i+3] = 255
	}
	thick := max(2, min(photo.Width, photo.Height)/160)
	green, red := image.NewUniform(color.RGBA{0, 220, 90, 255}), image.NewUniform(color.RGBA{255, 60, 60, 255})
	for _, f := range all {
		x, y, w, h := f.Box[0], f.Box[1], f.Box[2], f.Box[3]
		for _, side := range []image.Rectangle{
			image.Rect(x, y, x+w, y+thick), image.Rect(x, y+h-thick, x+w, y+h), image.Rect(x, y, x+thick, y+h), image.Rect(x+w-thick, y, x+w, y+h),
		} {
			draw.Draw(m, side, green, image.Point{}, draw.Src)
		}
		for _, at := range f.Points {
			draw.Draw(m, image.Rect(at[0]-thick, at[1]-thick, at[0]+thick, at[1]+thick), red, image.Point{}, draw.Src)
		}
	}
	name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	path := filepath.Join(folder, cmp.Or(name, "photograph")+".png")
	return format.Replace(path, func(w io.Writer) error { return png.Encode(w, m) })
}
