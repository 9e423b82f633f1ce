package picture

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A sample is a row of the test table: a transform with what is to hold for it.
type sample struct {
	name    string // of the type, with "/variant" where there are several
	t       Transform
	random  bool // different keys give different results
	moves   bool // boxes, masks and points may change
	colored bool // takes pictures of 3 channels alone
	input   func() *Example

	core  func(e *Example, c *check.Case) // what a golden case has as x becomes its y; nil: there are none
	off   int                             // how far from it a byte may be
	wrong map[string]Transform            // message of the panic: what panics with it
}

var samples []sample

func register(s sample) bool {
	samples = append(samples, s)
	return true
}

// scene is an example with a disc in it: the disc's middle is the point, the square around it the box, and it alone is in the mask.
func scene(channels int) *Example {
	const h, w = 40, 52
	e := &Example{Pix: make([]uint8, channels*h*w), Channels: channels, Height: h, Width: w, Label: 7}
	m := make([]uint8, h*w)
	for i := range h {
		for j := range w {
			dy, dx := float64(i)+0.5-18, float64(j)+0.5-24
			for c := range channels {
				e.Pix[(c*h+i)*w+j] = uint8(40 + 2*i + j + 30*c + (i*j+c*5)%7)
			}
			if dx*dx+dy*dy < 36 {
				m[i*w+j] = 200
				e.Pix[i*w+j] = 240
			}
		}
	}
	e.Masks, e.Boxes, e.Points = [][]uint8{m}, []Box{{18, 12, 30, 24, 3}}, []Point{{24, 18}}
	return e
}

func TestAll(t *testing.T) {
	golden := check.Golden(t, "testdata/transforms.golden")
	maps.Copy(golden, check.Golden(t, "testdata/pillow.golden"))
	maps.Copy(golden, check.Golden(t, "testdata/keras.golden"))
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			if s.input == nil {
				s.input = func() *Example { return scene(3) }
			}
			deterministic(t, s)
			s.whole(t)
			s.places(t)
			s.grayToo(t)
			s.misuse(t)
			s.golden(t, golden)
		})
	}
}

func show(e *Example) string {
	return fmt.Sprint(e.Height, e.Width, e.Channels, e.Pix, e.Boxes, e.Masks, e.Points, e.Label)
}

// deterministic: the key decides, and nothing else does.
func deterministic(t *testing.T, s sample) {
	t.Helper()
	seen := map[string]bool{}
	for k := range rng.Key(12) {
		a, b := s.input(), s.input()
		s.t.Apply(a, k)
		s.t.Apply(b, k)
		if show(a) != show(b) {
			t.Errorf("key %d gives two results", k)
		}
		seen[show(a)] = true
	}
	if s.random != (len(seen) > 1) {
		t.Errorf("12 keys give %d results; random is %v", len(seen), s.random)
	}
}

// whole: lengths fit sizes, boxes are inside, and what is not to move does not.
func (s sample) whole(t *testing.T) {
	t.Helper()
	for k := range rng.Key(20) {
		e, was := s.input(), s.input()
		s.t.Apply(e, k)
		if len(e.Pix) != e.Channels*e.Height*e.Width || len(e.Masks) != len(was.Masks) || e.Label != was.Label {
			t.Fatalf("key %d: %d bytes for %d × %d × %d, %d masks, label %d", k, len(e.Pix), e.Channels, e.Height, e.Width, len(e.Masks), e.Label)
		}
		for _, m := range e.Masks {
			if len(m) != e.Height*e.Width {
				t.Fatalf("key %d: a mask of %d for %d × %d", k, len(m), e.Height, e.Width)
			}
		}
		for _, b := range e.Boxes {
			if b != b.Clamp(e.Height, e.Width) || b.X1 < b.X0 || b.Y1 < b.Y0 {
				t.Errorf("key %d: box %v in %d × %d", k, b, e.Height, e.Width)
			}
		}
		was.Pix, e.Pix = nil, nil
		if !s.moves && show(e) != show(was) {
			t.Errorf("key %d: moves what it should not: %s", k, show(e))
		}
	}
}

// places: the disc is still where the point and the box say. What was moved out of the picture is not looked for.
func (s sample) places(t *testing.T) {
	t.Helper()
	seen := 0
	for k := range rng.Key(20) {
		e := s.input()
		if len(e.Masks) == 0 || len(e.Points) == 0 {
			return
		}
		s.t.Apply(e, k)
		if len(e.Points) == 0 || len(e.Boxes) == 0 {
			continue
		}
		n, x, y, around := 0.0, 0.0, 0.0, Box{math.Inf(1), math.Inf(1), 0, 0, 3}
		for i, v := range e.Masks[0] {
			if v == 200 {
				px, py := float64(i%e.Width), float64(i/e.Width)
				n, x, y = n+1, x+px+0.5, y+py+0.5
				around = Box{min(around.X0, px), min(around.Y0, py), max(around.X1, px+1), max(around.Y1, py+1), 3}
			}
		}
		b := e.Boxes[0]
		if n == 0 || around.X0 < 1 || around.Y0 < 1 || around.X1 > float64(e.Width-1) || around.Y1 > float64(e.Height-1) {
			continue // cut at a border
		}
		seen++
		if d := math.Hypot(x/n-e.Points[0].X, y/n-e.Points[0].Y); d > 1.5 {
			t.Errorf("key %d: the point is %.1f pixels from the middle of the disc", k, d)
		}
		if around.X0 < b.X0-1.5 || around.Y0 < b.Y0-1.5 || around.X1 > b.X1+1.5 || around.Y1 > b.Y1+1.5 {
			t.Errorf("key %d: box %v, the disc is in %v", k, b, around)
		}
	}
	if seen == 0 && s.moves {
		t.Error("the disc was never seen whole")
	}
}

func (s sample) grayToo(t *testing.T) {
	t.Helper()
	if s.colored {
		return
	}
	e := scene(1)
	s.t.Apply(e, 1)
	if e.Channels != 1 || len(e.Pix) != e.Height*e.Width {
		t.Errorf("a gray picture becomes %d bytes for %d × %d × %d", len(e.Pix), e.Channels, e.Height, e.Width)
	}
}

func (s sample) misuse(t *testing.T) {
	t.Helper()
	for want, w := range s.wrong {
		err := tensor.Catch(func() { w.Apply(scene(3), 1) })
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", w, err, want)
		}
	}
}

func (s sample) golden(t *testing.T, all map[string]*check.Case) {
	t.Helper()
	entry, _, _ := strings.Cut(s.name, "/")
	note := check.Note{Package: "picture", Entry: s.name, Reference: "by hand"}
	if s.core == nil {
		note.Write(t)
		return
	}
	for _, c := range check.Cases(t, all, entry+"/") {
		c = c.On(t)
		if !c.Has("x") {
			continue
		}
		if note.Reference != c.MadeBy && note.Reference != "by hand" {
			note.Write(t) // two references
			note.Error = 0
		}
		note.Reference = c.MadeBy
		e := exampleOf(c)
		s.core(e, c)
		note.Error = max(note.Error, compare(t, c, e, s.off))
	}
	note.Write(t)
}

func exampleOf(c *check.Case) *Example {
	x := c.Array("x")
	e := &Example{Pix: bytesOf(x), Channels: x.Shape[0], Height: x.Shape[1], Width: x.Shape[2]}
	if c.Has("boxes") {
		for b := range slices.Chunk(c.Float64("boxes"), 4) {
			e.Boxes = append(e.Boxes, Box{b[0], b[1], b[2], b[3], 0})
		}
	}
	return e
}

func bytesOf(a *check.Array) []uint8 {
	b := make([]uint8, len(a.Int64))
	for i, v := range a.Int64 {
		b[i] = uint8(v)
	}
	return b
}

// compare returns how far the bytes are from those of the case, over 255.
func compare(t *testing.T, c *check.Case, e *Example, off int) float64 {
	t.Helper()
	y := c.Array("y")
	if !slices.Equal(y.Shape, []int{e.Channels, e.Height, e.Width}) {
		t.Errorf("%s: got %d × %d × %d, want %v", c.Name, e.Channels, e.Height, e.Width, y.Shape)
		return 0
	}
	worst, at, count := 0, 0, 0
	for i, v := range y.Int64 {
		d := int(v) - int(e.Pix[i])
		if d = max(d, -d); d > 0 {
			count++
		}
		if d > worst {
			worst, at = d, i
		}
	}
	if worst > off {
		t.Errorf("%s: byte %d is %d, want %d; %d of %d differ", c.Name, at, e.Pix[at], y.Int64[at], count, len(e.Pix))
	}
	if c.Has("moved") {
		for i, want := range c.Float64("moved") {
			if got := e.Boxes[i/4].In(Corners)[i%4]; math.Abs(got-want) > 1e-4 {
				t.Errorf("%s: number %d of box %d is %v, want %v", c.Name, i%4, i/4, got, want)
			}
		}
	}
	return float64(worst) / 255
}

// number and list read attributes.
func number(c *check.Case, name string) (x float64) {
	c.Attr(name, &x)
	return x
}

func list[T any](c *check.Case, name string) (x []T) {
	if c.HasAttr(name) {
		c.Attr(name, &x)
	}
	return x
}

func word(c *check.Case, name string) (x string) {
	c.Attr(name, &x)
	return x
}

// share is how many of n keys make f true, over n.
func share(n int, f func(k rng.Key) bool) float64 {
	count := 0
	for k := range n {
		if f(rng.KeyOf(11).At(uint64(k))) {
			count++
		}
	}
	return float64(count) / float64(n)
}

// likely fails if a share of n is further from p than four standard deviations.
func likely(t *testing.T, what string, got, p float64, n int) {
	t.Helper()
	if d := math.Sqrt(p * (1 - p) / float64(n)); math.Abs(got-p) > 4*d {
		t.Errorf("%s: %.3f of %d, want %.3f ± %.3f", what, got, n, p, 4*d)
	}
}
