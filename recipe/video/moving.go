// Package video makes recipes of what comes next in a film: clothes or digits that move about and bounce off the walls.
package video

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"math"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

//go:embed *.json
var builtins embed.FS

func init() {
	recipe.RegisterBuiltins(builtins)
	recipe.Register("moving", "films of two things that move about and bounce: clothes of Fashion-MNIST in the program, or the digits of MNIST in folder",
		moving{Batch: 8, Films: 1000, Validation: 100, Test: 200, Things: 2, kept: kept{Frames: 20, Side: 32}}, moving.source)
}

// moving is a set of films that are made as they are wanted.
type moving struct {
	Batch, Films     int    // films of an epoch
	Validation, Test int    // films that are always the same, of things that training does not see
	Things           int    // that move in a film
	Folder           string // of MNIST's four files; the clothes in the program if empty
	Own              bool   // in training the second half of a film is seen as the network made it, not as it came
	kept
}

// kept is what a run keeps of the films.
type kept struct {
	Frames int `json:"frames"` // of a film: the second half is predicted from the first
	Side   int `json:"side"`   // of a picture, in pixels
}

const half = 14 // the side of a thing, in pixels: half of what was published

func (k kept) check() error {
	if k.Frames < 4 || k.Frames > 200 || k.Frames%2 != 0 {
		return recipe.Errorf("data.frames", "want an even number from 4 to 200, not %d", k.Frames)
	}
	if k.Side < half+2 || k.Side > 256 {
		return recipe.Errorf("data.side", "want %d to 256, not %d", half+2, k.Side)
	}
	return nil
}

func (c moving) source() (recipe.Source, error) {
	s := recipe.Source{Load: c.load, Reopen: func(text json.RawMessage) (recipe.Work, error) {
		var k kept
		if err := json.Unmarshal(text, &k); err != nil {
			return nil, errors.Join(errors.New("it is damaged"), err)
		}
		if err := k.check(); err != nil {
			return nil, errors.Join(errors.New("it is damaged"), err)
		}
		return work{kept: k}, nil
	}}
	for key, n := range map[string]int{"batch": c.Batch, "films": c.Films, "validation": c.Validation, "test": c.Test, "things": c.Things} {
		if n < 1 || n > 1<<24 {
			return s, recipe.Errorf("data."+key, "want 1 or more, and not %d", n)
		}
	}
	return s, c.check()
}

func (c moving) load(context.Context) (recipe.Work, error) {
	read, files := sample.FashionMNIST, sample.Paths("fashion")
	if c.Folder != "" {
		files = sample.FullFiles("mnist", c.Folder)
		read = func() (train, test *data.Bytes, err error) { return sample.Full("mnist", c.Folder) }
	}
	train, test, err := read()
	if err != nil {
		return nil, err
	}
	held := thingsOf(test)
	fixed := rng.KeyOf(0).Child("films")
	return work{kept: c.kept, own: c.Own, sets: &recipe.Sets{
		Train:      films{c, thingsOf(train), c.Films, nil},
		Validation: films{c, held[:len(held)/2], c.Validation, new(fixed.Child("validation"))},
		Test:       films{c, held[len(held)/2:], c.Test, new(fixed.Child("test"))},
		Unit:       "films", Batch: c.Batch, Evaluated: c.Batch, Files: files,
	}}, nil
}

// A thing is a picture of half×half pixels from 0 to 1.
type thing [half * half]float32

// thingsOf returns pictures at half their size, each pixel the mean of four.
func thingsOf(s *data.Bytes) []thing {
	all := make([]thing, s.Len())
	w := 2 * half
	for i := range all {
		pixels := s.Data[i*w*w : (i+1)*w*w]
		for y := range half {
			for x := range half {
				at := 2*y*w + 2*x
				all[i][y*half+x] = (float32(pixels[at]) + float32(pixels[at+1]) + float32(pixels[at+w]) + float32(pixels[at+w+1])) / (4 * 255)
			}
		}
	}
	return all
}

// films is a set of films: of an epoch's key, or always the same.
type films struct {
	moving
	things []thing
	n      int
	fixed  *rng.Key
}

// Len returns the number of films.
func (s films) Len() int { return s.n }

// Batch returns films without their last picture, [n t−1 1 h w], and without their first.
func (s films) Batch(index []int, key rng.Key) (data.Batch, error) {
	if s.fixed != nil {
		key = *s.fixed
	}
	size := s.Side * s.Side
	x, y := make([]float32, 0, len(index)*(s.Frames-1)*size), make([]float32, 0, len(index)*(s.Frames-1)*size)
	for _, i := range index {
		film := s.film(key.At(uint64(i)))
		x, y = append(x, film[:len(film)-size]...), append(y, film[size:]...)
	}
	shape := []int{len(index), s.Frames - 1, 1, s.Side, s.Side}
	return data.Batch{X: tensor.Of(x, shape...), Y: tensor.Of(y, shape...), Index: index}, nil
}

// film draws a film.
func (s films) film(key rng.Key) []float32 {
	r := key.Source()
	size := s.Side * s.Side
	film := make([]float32, s.Frames*size)
	room := float64(s.Side - half)
	for range s.Things {
		picture := &s.things[r.Intn(len(s.things))]
		x, y := room*r.Float64(), room*r.Float64()
		angle, speed := 2*math.Pi*r.Float64(), 1+1.5*r.Float64()
		dx, dy := speed*math.Cos(angle), speed*math.Sin(angle)
		for t := range s.Frames {
			picture.draw(film[t*size:(t+1)*size], s.Side, int(x+0.5), int(y+0.5))
			x, dx = bounced(x+dx, dx, room)
			y, dy = bounced(y+dy, dy, room)
		}
	}
	return film
}

// bounced returns a place and a speed, turned back at the walls.
func bounced(x, d, room float64) (place, speed float64) {
	if x < 0 {
		return min(-x, room), -d
	}
	if x > room {
		return max(2*room-x, 0), -d
	}
	return x, d
}

// draw puts a thing into a picture; where several are, the brightest is seen.
func (t *thing) draw(frame []float32, side, left, top int) {
	for y := range half {
		for x := range half {
			p := &frame[(top+y)*side+left+x]
			*p = max(*p, t[y*half+x])
		}
	}
}
