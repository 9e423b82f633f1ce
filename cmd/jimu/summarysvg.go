package main

import (
	"bufio"
	"cmp"
	"fmt"
	"html"
	"io"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/nn"
)

// Lengths of the drawing, in units of SVG.
const (
	boxWidth, boxHeight = 210, 38
	gapX, gapY          = 28, 30
	margin              = 30
	titleHeight         = 34
)

// A flowDrawing has a place for every node: the rank counts from the inputs down, the order from left to right.
type flowDrawing struct {
	s           *nn.Summary
	ranks       [][]int // nodes
	x, y        []int   // of the middle of the node's upper edge
	rank        []int
	width, tall int
}

// drawFlow draws a model as a graph, from the inputs at the top to the results at the bottom.
func drawFlow(w io.Writer, title string, s *nn.Summary) error {
	d := &flowDrawing{s: s}
	d.place()
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="Helvetica, Arial, sans-serif">`+"\n", d.width, d.tall, d.width, d.tall)
	fmt.Fprintf(b, `<rect width="100%%" height="100%%" fill="#ffffff"/><text x="%d" y="24" text-anchor="middle" font-size="15" font-weight="600" fill="#1f2933">%s</text>`+"\n", d.width/2, html.EscapeString(title))
	for _, e := range s.Flow.Edges {
		d.edge(b, e[0], e[1])
	}
	for i := range s.Flow.Nodes {
		d.node(b, i)
	}
	fmt.Fprintln(b, "</svg>")
	return b.Flush()
}

// place ranks the nodes by the longest way from an input, and orders those of a rank by where what they read stands.
func (d *flowDrawing) place() {
	n := len(d.s.Flow.Nodes)
	d.rank, d.x, d.y = make([]int, n), make([]int, n), make([]int, n)
	from := make([][]int, n)
	edges := slices.Clone(d.s.Flow.Edges)
	slices.SortFunc(edges, func(a, b [2]int) int { return cmp.Or(a[1]-b[1], a[0]-b[0]) })
	for _, e := range edges {
		if e[0] < e[1] { // a layer that is used again is drawn once; the way back to it counts for nothing
			d.rank[e[1]] = max(d.rank[e[1]], d.rank[e[0]]+1)
			from[e[1]] = append(from[e[1]], e[0])
		}
	}
	for i, r := range d.rank {
		for len(d.ranks) <= r {
			d.ranks = append(d.ranks, nil)
		}
		d.ranks[r] = append(d.ranks[r], i)
	}
	widest := 1
	for _, nodes := range d.ranks {
		widest = max(widest, len(nodes))
	}
	d.width = max(widest*(boxWidth+gapX)-gapX, 2*boxWidth) + 2*margin + boxWidth
	d.tall = titleHeight + len(d.ranks)*(boxHeight+gapY) + margin
	for r, nodes := range d.ranks {
		slices.SortStableFunc(nodes, func(a, b int) int { return d.mean(from[a]) - d.mean(from[b]) })
		left := d.width/2 - (len(nodes)-1)*(boxWidth+gapX)/2
		for i, node := range nodes {
			d.x[node], d.y[node] = left+i*(boxWidth+gapX), titleHeight+r*(boxHeight+gapY)
		}
	}
}

// mean returns where the nodes stand, on average.
func (d *flowDrawing) mean(nodes []int) int {
	sum := 0
	for _, n := range nodes {
		sum += d.x[n]
	}
	return sum / max(1, len(nodes))
}

// edge draws an arrow; one that passes other ranks goes round them.
func (d *flowDrawing) edge(w io.Writer, a, b int) {
	x1, y1, x2, y2 := d.x[a], d.y[a]+boxHeight, d.x[b], d.y[b]
	path := fmt.Sprintf("M%d %d L%d %d", x1, y1, x2, y2-2)
	if d.rank[b]-d.rank[a] != 1 {
		out := max(x1, x2) + boxWidth/2 + 20 + 4*min(10, abs(d.rank[b]-d.rank[a]))
		path = fmt.Sprintf("M%d %d C%d %d %d %d %d %d", x1+boxWidth/2, y1-boxHeight/2, out, y1, out, y2, x2+boxWidth/2, y2+boxHeight/2)
	}
	fmt.Fprintf(w, `<path d="%s" fill="none" stroke="#9aa5b1" stroke-width="1.4"/>`+"\n", path)
	if d.rank[b]-d.rank[a] == 1 {
		fmt.Fprintf(w, `<path d="M%d %d l-4 -7 h8 z" fill="#9aa5b1"/>`+"\n", x2, y2)
	} else {
		fmt.Fprintf(w, `<path d="M%d %d l7 -4 v8 z" fill="#9aa5b1"/>`+"\n", x2+boxWidth/2, y2+boxHeight/2)
	}
}

func abs(n int) int { return max(n, -n) }

// node draws a box: the layer with its kind, what it gives and what it has learned.
func (d *flowDrawing) node(w io.Writer, i int) {
	n := d.s.Flow.Nodes[i]
	fill, first, second := "#f1f3f5", n.Name, ""
	if n.Row >= 0 {
		r := d.s.Rows[n.Row]
		fill = colour(r.Kind)
		first = strings.TrimSpace(r.Path + "  " + r.Kind)
		second = strings.ReplaceAll(strings.Trim(fmt.Sprint(r.Output), "[]"), " ", " × ")
		if r.Parameters > 0 {
			second += fmt.Sprintf("  ·  %s parameters", thousands(r.Parameters))
		}
	}
	if runes := []rune(first); len(runes) > 36 {
		first = "…" + string(runes[len(runes)-35:])
	}
	at := d.y[i] + 23
	if second != "" {
		at = d.y[i] + 16
	}
	fmt.Fprintf(w, `<rect x="%d" y="%d" width="%d" height="%d" rx="6" fill="%s" stroke="#cbd2d9"/>`, d.x[i]-boxWidth/2, d.y[i], boxWidth, boxHeight, fill)
	fmt.Fprintf(w, `<text x="%d" y="%d" text-anchor="middle" font-size="11" fill="#1f2933">%s</text>`, d.x[i], at, html.EscapeString(first))
	if second != "" {
		fmt.Fprintf(w, `<text x="%d" y="%d" text-anchor="middle" font-size="10" fill="#52606d">%s</text>`, d.x[i], d.y[i]+30, html.EscapeString(second))
	}
	fmt.Fprintln(w)
}

// colour returns the colour of a kind of layer.
func colour(kind string) string {
	for _, c := range []struct{ part, colour string }{
		{"Conv", "#dbeafe"},
		{"Norm", "#fef3c7"},
		{"Linear", "#dcfce7"},
		{"Pool", "#ede9fe"},
		{"Embedding", "#fce7f3"},
		{"Attention", "#ffe4e6"},
		{"LSTM", "#e0f2fe"},
		{"GRU", "#e0f2fe"},
		{"RNN", "#e0f2fe"},
	} {
		if strings.Contains(kind, c.part) {
			return c.colour
		}
	}
	return "#f1f3f5"
}

// thousands writes a count with a letter: 1.2 k, 38 M.
func thousands(n int) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.2f G", float64(n)/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.2f M", float64(n)/1e6)
	case n >= 1000:
		return fmt.Sprintf("%.1f k", float64(n)/1000)
	}
	return fmt.Sprint(n)
}
