package chart

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// A Chart is one or several lines over two axes.
type Chart struct {
	Title  string
	X, Y   string // what the axes show, with units
	LogY   bool   // the axis of Y is logarithmic; what is not positive is left out
	Series []Series
	Note   string // stands over the drawing, at the right
	Small  bool   // for two or three beside each other: the drawing is smaller, and its words are not

	// Low and High are the ends of the axis of Y where they are not equal; what is outside is cut off.
	Low, High float64
}

// A Series is one line. Y that is no number leaves a gap.
type Series struct {
	Name   string
	X, Y   []float64
	Faint  bool // behind the others, such as the values of single steps
	Dashed bool
	Points bool // a mark at every point
}

// The sizes are those of the drawing, in its own units.
const (
	left, right        = 64, 16
	top, bottom        = 52, 46
	most               = 600 // points of a line that are drawn
	legendPerCharacter = 7.2
)

// palette is that of Okabe and Ito, which people who cannot tell some colors apart can tell apart.
var palette = []string{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#999999"}

// size returns the width and the height of the drawing.
func (c *Chart) size() (width, height int) {
	if c.Small {
		return 480, 270
	}
	return 720, 400
}

// room returns the width and the height of what lies between the axes.
func (c *Chart) room() (across, down int) {
	width, height := c.size()
	return width - left - right, height - top - bottom
}

// SVG returns the drawing, as an element that a page may hold and as a whole file.
func (c *Chart) SVG() string {
	x, y := c.axes()
	width, height := c.size()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="%s" font-family="system-ui, sans-serif" font-size="12">`,
		width, height, html.EscapeString(c.Title))
	b.WriteString(`<style>.ink{fill:#222}.line{stroke:#222}.grid{stroke:#ddd}.paper{fill:#fff}` +
		`@media (prefers-color-scheme:dark){.ink{fill:#ddd}.line{stroke:#ddd}.grid{stroke:#444}.paper{fill:#1b1b1b}}</style>`)
	fmt.Fprintf(&b, `<rect class="paper" width="%d" height="%d"/>`, width, height)
	fmt.Fprintf(&b, `<text class="ink" x="%d" y="18" font-size="14" font-weight="600">%s</text>`, left, html.EscapeString(c.Title))
	if c.Note != "" {
		fmt.Fprintf(&b, `<text class="ink" x="%d" y="18" text-anchor="end">%s</text>`, width-right, html.EscapeString(c.Note))
	}
	c.legend(&b)
	c.grid(&b, x, y)
	for pass := range 2 { // the faint lines lie behind
		for i, s := range c.Series {
			if s.Faint == (pass == 0) {
				s.draw(&b, palette[i%len(palette)], x, y)
			}
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// legend names the lines, if there are several.
func (c *Chart) legend(b *strings.Builder) {
	if len(c.Series) < 2 {
		return
	}
	at := float64(left)
	for i, s := range c.Series {
		if s.Name == "" {
			continue
		}
		fmt.Fprintf(b, `<line x1="%.0f" y1="36" x2="%.0f" y2="36" stroke="%s" stroke-width="3"%s/>`, at, at+18, palette[i%len(palette)], s.dashes())
		fmt.Fprintf(b, `<text class="ink" x="%.0f" y="40">%s</text>`, at+23, html.EscapeString(s.Name))
		at += 40 + legendPerCharacter*float64(len([]rune(s.Name)))
	}
}

// grid draws the axes with their marks.
func (c *Chart) grid(b *strings.Builder, x, y axis) {
	across, down := c.room()
	for _, v := range y.marks() {
		at := y.place(v)
		fmt.Fprintf(b, `<line class="grid" x1="%d" y1="%.1f" x2="%d" y2="%.1f"/>`, left, at, left+across, at)
		fmt.Fprintf(b, `<text class="ink" x="%d" y="%.1f" text-anchor="end">%s</text>`, left-6, at+4, label(v))
	}
	for _, v := range x.marks() {
		at := x.place(v)
		fmt.Fprintf(b, `<line class="line" x1="%.1f" y1="%d" x2="%.1f" y2="%d"/>`, at, top+down, at, top+down+4)
		fmt.Fprintf(b, `<text class="ink" x="%.1f" y="%d" text-anchor="middle">%s</text>`, at, top+down+17, label(v))
	}
	fmt.Fprintf(b, `<line class="line" x1="%d" y1="%d" x2="%d" y2="%d"/>`, left, top+down, left+across, top+down)
	fmt.Fprintf(b, `<text class="ink" x="%d" y="%d" text-anchor="middle">%s</text>`, left+across/2, top+down+bottom-8, html.EscapeString(c.X))
	fmt.Fprintf(b, `<text class="ink" transform="translate(14 %d) rotate(-90)" text-anchor="middle">%s</text>`, top+down/2, html.EscapeString(c.Y))
}

// draw adds the line to a drawing.
func (s *Series) draw(b *strings.Builder, color string, x, y axis) {
	opacity, thick := 1.0, 2.0
	if s.Faint {
		opacity, thick = 0.35, 1
	}
	var path strings.Builder
	xs, ys := thinned(s.X, s.Y)
	open, last := false, point{}
	for i, v := range ys {
		if !y.holds(v) {
			open = false
			continue
		}
		next := point{x.place(xs[i]), y.place(v)}
		from, to, seen := cut(last, next, y)
		switch {
		case !open && y.inside(next):
			fmt.Fprintf(&path, "M%.1f %.1f", next.x, next.y)
		case open && seen && from == last:
			fmt.Fprintf(&path, "L%.1f %.1f", to.x, to.y)
		case open && seen:
			fmt.Fprintf(&path, "M%.1f %.1fL%.1f %.1f", from.x, from.y, to.x, to.y)
		}
		open, last = true, next
		if s.Points && y.inside(next) {
			fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`, next.x, next.y, color)
		}
	}
	fmt.Fprintf(b, `<path d="%s" fill="none" stroke="%s" stroke-width="%g" stroke-opacity="%g" stroke-linejoin="round"%s/>`,
		path.String(), color, thick, opacity, s.dashes())
}

func (s *Series) dashes() string {
	if s.Dashed {
		return ` stroke-dasharray="6 4"`
	}
	return ""
}

// Drawn returns the points that are drawn: of a long line means of neighbours.
func (s *Series) Drawn() (x, y []float64) { return thinned(s.X, s.Y) }

// thinned returns means of neighbours, where there are more points than a drawing can show.
func thinned(x, y []float64) ([]float64, []float64) {
	group := (len(y) + most - 1) / most
	if group < 2 {
		return x, y
	}
	var xs, ys []float64
	for lo := 0; lo < len(y); lo += group {
		hi := min(lo+group, len(y))
		var sx, sy, n float64
		for i := lo; i < hi; i++ {
			if !math.IsNaN(y[i]) && !math.IsInf(y[i], 0) {
				sx, sy, n = sx+x[i], sy+y[i], n+1
			}
		}
		if n == 0 {
			sx, sy, n = x[lo], math.NaN(), 1
		}
		xs, ys = append(xs, sx/n), append(ys, sy/n)
	}
	return xs, ys
}
