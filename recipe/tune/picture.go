package tune

import (
	"bytes"
	"fmt"
	"html"
	"math"
	"slices"
	"strconv"

	"github.com/jimu-ml/jimu/train"
)

// The sizes of a picture.
const (
	between = 150 // axes
	top     = 64
	height  = 300
	left    = 80
)

// An axis is a vertical line of a picture, with what is written along it.
type axis struct {
	title string
	ticks []tick
	at    func(t Trial, p Point) (y float64, ok bool) // from 0, the bottom, to 1
}

type tick struct {
	y    float64
	text string
}

// Picture draws the trials as SVG in parallel coordinates: an axis for each key and one for the value, the best at the top;
// a line for each trial, from yellow for the worst to dark blue for the best, which is thick. A trial that does not have a
// key passes below its axis.
func (o *Outcome) Picture(s *Study) []byte {
	axes := make([]axis, 0, len(s.Space)+1)
	for i, d := range s.Space {
		axes = append(axes, d.axis(i))
	}
	axes = append(axes, o.axis())
	width := 2*left + between*(len(axes)-1)
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11">`+"\n", width, top+height+50)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", width, top+height+50)
	fmt.Fprintf(&b, `<text x="14" y="22" font-size="15" font-weight="bold">%s: %d trials, %s by %s</text>`+"\n",
		html.EscapeString(s.Recipe.Name), len(o.Trials), html.EscapeString(o.Monitor), s.Method)
	ranked := o.Ranked()
	slices.Reverse(ranked) // the best is drawn last
	n := 0
	for _, t := range ranked {
		if t.Value != nil {
			n++
		}
	}
	k := 0
	for _, t := range ranked {
		if t.Value != nil {
			k++
			drawTrial(&b, s, axes, t, float64(k)/float64(max(n, 1)), k == n)
		}
	}
	for i, a := range axes {
		a.draw(&b, left+i*between)
	}
	if slices.ContainsFunc(o.Trials, func(t Trial) bool { return len(t.Values) < len(s.Space) }) {
		fmt.Fprintf(&b, `<text x="14" y="%d" fill="#555">A line below an axis: that trial does not have the key.</text>`+"\n", top+height+44)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// axis returns the axis of a dimension, which is number i.
func (d Dim) axis(i int) axis {
	a := axis{title: d.Key, at: func(_ Trial, p Point) (float64, bool) { return d.height(p[i]), p[i] == p[i] }}
	if d.Choices != nil {
		for k, v := range d.Choices {
			a.ticks = append(a.ticks, tick{d.height(float64(k)), Worded(v)})
		}
		return a
	}
	low, high := d.scaled(d.Low), d.scaled(d.High)
	for k := range 5 {
		x := d.rounded(low + float64(k)/4*(high-low))
		a.ticks = append(a.ticks, tick{d.height(x), strconv.FormatFloat(x, 'g', 3, 64)})
	}
	a.ticks = slices.CompactFunc(a.ticks, func(a, b tick) bool { return a.text == b.text })
	return a
}

// height returns where a value stands on an axis of its own.
func (d Dim) height(x float64) float64 {
	if d.Choices != nil {
		return (x + 0.5) / float64(len(d.Choices))
	}
	low, high := d.scaled(d.Low), d.scaled(d.High)
	return (d.scaled(x) - low) / (high - low)
}

// axis returns the axis of the values, the best at the top.
func (o *Outcome) axis() axis {
	low, high := math.Inf(1), math.Inf(-1)
	for _, t := range o.Trials {
		if t.Value != nil {
			low, high = min(low, *t.Value), max(high, *t.Value)
		}
	}
	at := func(v float64) float64 {
		y := 0.5
		if high > low {
			y = (v - low) / (high - low)
		}
		if train.SmallerIsBetter(o.Monitor) {
			return 1 - y
		}
		return y
	}
	a := axis{title: o.Monitor, at: func(t Trial, _ Point) (float64, bool) { return at(*t.Value), true }}
	for k := 0; k < 5 && high >= low; k++ {
		v := low + float64(k)/4*(high-low)
		a.ticks = append(a.ticks, tick{at(v), strconv.FormatFloat(v, 'g', 4, 64)})
	}
	return a
}

func (a axis) draw(b *bytes.Buffer, x int) {
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="middle" font-weight="bold">%s</text><path d="M%d %dv%d" stroke="#555"/>`+"\n",
		x, top-12, html.EscapeString(a.title), x, top, height)
	for _, t := range a.ticks {
		y := level(t.y)
		fmt.Fprintf(b, `<path d="M%d %.1fh4" stroke="#555"/><text x="%d" y="%.1f" fill="#333" stroke="#fff" stroke-width="3" paint-order="stroke">%s</text>`+"\n",
			x, y, x+6, y+4, html.EscapeString(t.text))
	}
}

func level(y float64) float64 { return top + height*(1-y) }

// drawTrial draws the line of a trial; rank goes from 0 for the worst to 1 for the best.
func drawTrial(b *bytes.Buffer, s *Study, axes []axis, t Trial, rank float64, best bool) {
	p := s.Space.point(t)
	fmt.Fprintf(b, `<polyline fill="none" stroke="%s" stroke-width="%g" stroke-opacity="%g" points="`,
		colour(rank), map[bool]float64{true: 3, false: 1.4}[best], map[bool]float64{true: 1, false: 0.75}[best])
	for i, a := range axes {
		y, ok := a.at(t, p)
		if !ok {
			y = -0.08
		}
		fmt.Fprintf(b, "%d,%.1f ", left+i*between, level(y))
	}
	fmt.Fprintf(b, `"><title>trial %d: %.5g</title></polyline>`+"\n", t.Number, *t.Value)
}

// colour returns a colour of the scale viridis, the light end for 0.
func colour(x float64) string {
	scale := [][3]float64{{253, 231, 37}, {94, 201, 98}, {33, 145, 140}, {59, 82, 139}, {68, 1, 84}}
	k := min(int(x*4), 3)
	f := x*4 - float64(k)
	var c [3]int
	for i := range c {
		c[i] = int(scale[k][i]*(1-f) + scale[k+1][i]*f + 0.5)
	}
	return fmt.Sprintf("#%02x%02x%02x", c[0], c[1], c[2])
}

// point returns the point that has the values of a trial.
func (s Space) point(t Trial) Point {
	p := make(Point, len(s))
	for i, d := range s {
		p[i] = nan
		v, ok := t.Values[d.Key]
		if !ok {
			continue
		}
		if d.Choices != nil {
			p[i] = float64(slices.IndexFunc(d.Choices, func(c any) bool { return said(c) == said(v) }))
		} else if x, err := strconv.ParseFloat(said(v), 64); err == nil {
			p[i] = x
		}
	}
	return p
}
