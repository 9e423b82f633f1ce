package video

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"os"
	"path/filepath"
	"strings"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
)

const (
	scale = 4  // drawn pixels for one of the film's
	pause = 15 // hundredths of a second between pictures
)

// predict goes on with films: of a GIF file, or of the test set.
func (w work) predict(ctx context.Context, m forecaster, q recipe.Question) ([]recipe.Prediction, error) {
	if q.Text != "" {
		return nil, errors.New("this model takes films: animated GIF files")
	}
	if q.File != "" {
		seen, err := w.open(q.File)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(filepath.Base(q.File), filepath.Ext(q.File))
		p, err := w.goOn(m, seen, nil, name+"-next.gif")
		p.Input = q.File
		return []recipe.Prediction{p}, err
	}
	if w.sets == nil {
		return nil, recipe.ErrNoData
	}
	most := min(max(q.Most, 0), w.sets.Test.Len())
	if most == 0 {
		most = 3
	}
	var all []recipe.Prediction
	for i := range most {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p, err := w.film(m, i)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// film goes on with a film of the test set.
func (w work) film(m forecaster, i int) (recipe.Prediction, error) {
	seen, came, err := w.halves(i)
	if err != nil {
		return recipe.Prediction{}, err
	}
	p, err := w.goOn(m, seen, came, fmt.Sprintf("film-%d.gif", i+1))
	p.Input = fmt.Sprintf("test film %d", i+1)
	return p, err
}

// goOn draws a film that goes on as the model thinks, beside how it went on if that is known.
func (w work) goOn(m forecaster, seen, came *tensor.Tensor, name string) (recipe.Prediction, error) {
	ahead := w.kept.Frames / 2
	var next *tensor.Tensor
	err := inPass(func(p *nn.Pass) { next = p.Keep(m.Next(p, p.Input(seen), ahead).Contiguous()) })
	if err != nil {
		return recipe.Prediction{}, err
	}
	films := []*tensor.Tensor{tensor.Concat(1, seen, next)}
	text := fmt.Sprintf("%d pictures seen, %d made", seen.Dim(1), ahead)
	if came != nil {
		films = append(films, tensor.Concat(1, seen, came))
		text += fmt.Sprintf(", with a squared error of %.1f a picture; to stand still has %.1f",
			squared(next, came)/float64(ahead), squared(seen.Slice(1, seen.Dim(1)-1, seen.Dim(1)), came)/float64(ahead))
	}
	film, err := drawn(w.kept.Side, seen.Dim(1), films)
	return recipe.Prediction{Text: text, Made: []recipe.Made{{Name: name, Data: film}}}, err
}

// drawn returns films side by side as an animated GIF: what the model made on the left, what came on the right. The frame turns
// orange where the model begins.
func drawn(side, seen int, films []*tensor.Tensor) ([]byte, error) {
	palette := color.Palette{color.RGBA{255, 120, 0, 255}, color.RGBA{90, 90, 90, 255}}
	for i := range 254 {
		v := uint8(i * 255 / 253)
		palette = append(palette, color.RGBA{v, v, v, 255})
	}
	const edge = 4
	cell := side*scale + 2*edge
	var out gif.GIF
	values := make([][]float32, len(films))
	for k, f := range films {
		values[k] = tensor.Values[float32](f)
	}
	for t := range films[0].Dim(1) {
		m := image.NewPaletted(image.Rect(0, 0, cell*len(films), cell), palette)
		for k := range films {
			frame := 1
			if k == 0 && t >= seen {
				frame = 0
			}
			draw.Draw(m, image.Rect(k*cell, 0, (k+1)*cell, cell), image.NewUniform(palette[frame]), image.Point{}, draw.Src)
			for y := range side * scale {
				for x := range side * scale {
					v := values[k][t*side*side+y/scale*side+x/scale]
					m.SetColorIndex(k*cell+edge+x, edge+y, 2+uint8(min(max(v, 0), 1)*253))
				}
			}
		}
		out.Image, out.Delay = append(out.Image, m), append(out.Delay, pause)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &out); err != nil {
		return nil, fmt.Errorf("the film: %w", err)
	}
	return b.Bytes(), nil
}

// open reads an animated GIF as a film [1 t 1 h w].
func (w work) open(path string) (*tensor.Tensor, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("the film: %w", err)
	}
	if info.Size() > largestFile {
		return nil, fmt.Errorf("%s has %d bytes, more than the %d that are read", path, info.Size(), largestFile)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the film: %w", err)
	}
	x, err := decode(text, w.kept.Side)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; this model takes animated GIF files", path, err)
	}
	return x, nil
}
