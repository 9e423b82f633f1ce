package chart

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
)

// wellFormed fails the test if a drawing is no XML, and returns how often each element is in it.
func wellFormed(t *testing.T, svg string) map[string]int {
	t.Helper()
	count := map[string]int{}
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return count
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
		if e, ok := token.(xml.StartElement); ok {
			count[e.Name.Local]++
		}
	}
}

func TestSVG(t *testing.T) {
	c := Chart{Title: `loss < 1 & "more"`, X: "step", Y: "nats", Series: []Series{
		{Name: "training", X: []float64{1, 2, 3, 4}, Y: []float64{3, math.NaN(), 2, 1}, Faint: true},
		{Name: "validation", X: []float64{2, 4}, Y: []float64{2.5, math.Inf(1)}, Points: true, Dashed: true},
	}}
	svg := c.SVG()
	if n := wellFormed(t, svg); n["path"] != 2 || n["circle"] != 1 {
		t.Errorf("%v in\n%s", n, svg)
	}
	if !strings.Contains(svg, `d="M64.0 63.2M490.7`) { // the NaN leaves a gap
		t.Errorf("the path of the first line is not broken by its gap:\n%s", svg)
	}
	for _, bad := range []string{"NaN", "Inf"} {
		if strings.Contains(svg, bad) {
			t.Errorf("%s is in the drawing", bad)
		}
	}
}

// Whatever there is to draw, or is not, the drawing is one.
func TestEdges(t *testing.T) {
	for name, c := range map[string]Chart{
		"nothing":      {},
		"no points":    {Series: []Series{{}}},
		"one point":    {Series: []Series{{X: []float64{5}, Y: []float64{7}}}},
		"all the same": {Series: []Series{{X: []float64{1, 2}, Y: []float64{0, 0}}}},
		"log of 0":     {LogY: true, Series: []Series{{X: []float64{1, 2, 3}, Y: []float64{0, 1, 1}}}},
		"log":          {LogY: true, Series: []Series{{X: []float64{1, 2, 3}, Y: []float64{1e-6, 1, 1e6}}}},
		"cut":          {Low: 0, High: 1, Series: []Series{{X: []float64{1, 2, 3}, Y: []float64{0.5, 9, -9}}}},
	} {
		svg := c.SVG()
		wellFormed(t, svg)
		if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
			t.Errorf("%s: %s", name, svg)
		}
	}
}

func TestMarks(t *testing.T) {
	for _, c := range []struct {
		a    axis
		want []float64
	}{
		{axis{low: 0, high: 1}, []float64{0, 0.2, 0.4, 0.6, 0.8, 1}},
		{axis{low: 3, high: 47}, []float64{10, 20, 30, 40}},
		{axis{low: -2, high: 2}, []float64{-2, -1, 0, 1, 2}},
		{axis{low: 0.5, high: 2000, log: true}, []float64{1, 10, 100, 1000}},
		{axis{low: 0.15, high: 2.1, log: true}, []float64{0.2, 0.5, 1, 2}},
	} {
		got := c.a.marks()
		if len(got) != len(c.want) {
			t.Errorf("%v to %v: %v, want %v", c.a.low, c.a.high, got, c.want)
			continue
		}
		for i := range got {
			if math.Abs(got[i]-c.want[i]) > 1e-9*math.Abs(c.want[i])+1e-12 {
				t.Errorf("%v to %v: %v, want %v", c.a.low, c.a.high, got, c.want)
			}
		}
	}
}

// A long line is thinned to means, which keep where it is.
func TestThinned(t *testing.T) {
	x, y := make([]float64, 10000), make([]float64, 10000)
	for i := range x {
		x[i], y[i] = float64(i), float64(i%2)
	}
	y[17] = math.NaN()
	xs, ys := thinned(x, y)
	if len(ys) > most || len(xs) != len(ys) {
		t.Fatalf("%d and %d points", len(xs), len(ys))
	}
	for i, v := range ys {
		if math.Abs(v-0.5) > 0.07 || i > 0 && xs[i] <= xs[i-1] {
			t.Fatalf("point %d is %v, %v", i, xs[i], v)
		}
	}
}

// A line is cut where it leaves the drawing, and comes in again where it does.
func TestCut(t *testing.T) {
	c := Chart{Low: 0, High: 1, Note: "higher & higher", Series: []Series{{X: []float64{0, 1, 2, 3, 4}, Y: []float64{2, 0.5, 0.5, -1.5, -3}, Points: true}}}
	svg := c.SVG()
	n := wellFormed(t, svg)
	// The points are 160 units apart; two thirds of the way from 2 to 0.5 are above, and three quarters of that to −1.5 below.
	if want := `d="M170.7 52.0L224.0 203.0L384.0 203.0L424.0 354.0"`; !strings.Contains(svg, want) || n["circle"] != 2 || !strings.Contains(svg, "higher &amp; higher") {
		t.Errorf("%v, want %s in\n%s", n, want, svg)
	}
	c.Small = true
	if svg := c.SVG(); !strings.Contains(svg, `viewBox="0 0 480 270"`) {
		t.Error("a small drawing is as large as others")
	}
}
