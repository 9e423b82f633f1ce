package picture

import (
	"math"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// CLAHE equalizes each part of the picture by itself, with a limit on the contrast (contrast-limited adaptive histogram equalization).
//
//	The picture is divided into Tiles × Tiles; of each tile's histogram, what is above Limit times the mean is spread over all values;
//	its cumulative sum, stretched to 0 … 255, is the tile's table. A pixel goes through the tables of the four tiles whose middles are
//	around it, weighted by how near they are.
//
// Channels are treated one by one, as in Keras, which with some backends cuts Limit to whole pixels; OpenCV does the lightness alone.
//
// Zuiderveld, Contrast Limited Adaptive Histogram Equalization, Graphics Gems IV, 1994.
type CLAHE struct {
	Limit float64 // 4 if 0; no limit if below 0
	Tiles int     // along each axis; 8 if 0
	P     float64 // probability; 1 if 0
}

// Apply changes e.
func (a CLAHE) Apply(e *Example, key rng.Key) {
	tiles := or(a.Tiles, 8)
	if tiles < 1 {
		panic(tensor.Errorf("CLAHE", "%d tiles; want 1 or more", tiles))
	}
	if !chance(key.Source(), or(a.P, 1)) {
		return
	}
	th, tw := (e.Height+tiles-1)/tiles, (e.Width+tiles-1)/tiles
	rows, columns := places("CLAHE", Symmetric, e.Height, 0, th*tiles), places("CLAHE", Symmetric, e.Width, 0, tw*tiles)
	n := e.Height * e.Width
	tables := make([][256]float64, tiles*tiles)
	for c := range e.Channels {
		plane := e.Pix[c*n : (c+1)*n]
		for i := range tables {
			y, x := i/tiles*th, i%tiles*tw
			var counts [256]float64
			for _, row := range rows[y : y+th] {
				for _, column := range columns[x : x+tw] {
					counts[plane[row*e.Width+column]]++
				}
			}
			tables[i] = limited(counts, float64(th*tw), or(a.Limit, 4))
		}
		e.through(plane, tables, tiles, [2]int{th, tw})
	}
}

// limited returns the table of a tile of so many pixels.
func limited(counts [256]float64, pixels, limit float64) (table [256]float64) {
	over, most := 0.0, math.Inf(1)
	if limit > 0 {
		most = limit * pixels / 256
	}
	for _, n := range counts {
		over += max(n-most, 0)
	}
	sum, least := 0.0, 0.0
	for v, n := range counts {
		sum += min(n, most) + over/256
		if table[v] = sum; v == 0 {
			least = sum
		}
	}
	span := pixels - least
	if span == 0 {
		span = 1
	}
	for v, s := range table {
		table[v] = min(max((s-least)*255/span, 0), 255)
	}
	return table
}

// through takes each pixel through the tables of the tiles around it.
func (e *Example) through(plane []uint8, tables [][256]float64, tiles int, size [2]int) {
	near := func(at, side int) (low, high int, far float64) {
		g := (float64(at) - float64(side)/2) / float64(side)
		f := math.Floor(g)
		return min(max(int(f), 0), tiles-1), min(max(int(f)+1, 0), tiles-1), g - f
	}
	for y := range e.Height {
		y0, y1, fy := near(y, size[0])
		for x := range e.Width {
			x0, x1, fx := near(x, size[1])
			p := &plane[y*e.Width+x]
			top := float64(tables[y0*tiles+x0][*p]*(1-fx)) + float64(tables[y0*tiles+x1][*p]*fx)
			bottom := float64(tables[y1*tiles+x0][*p]*(1-fx)) + float64(tables[y1*tiles+x1][*p]*fx)
			*p = uint8(math.RoundToEven(float64(top*(1-fy)) + float64(bottom*fy)))
		}
	}
}
