package music

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"

	"github.com/jimu-ml/jimu/data/music"
)

// stepWidth and keyHeight are pixels of a step and of a key.
const stepWidth, keyHeight = 12, 7

// The colors of the rows of white and of black keys, of lines, of notes and their beginnings, and of steps that are marked.
var (
	white, black, line = color.RGBA{250, 250, 250, 255}, color.RGBA{232, 234, 240, 255}, color.RGBA{190, 195, 210, 255}
	note, begin        = color.RGBA{40, 90, 200, 255}, color.RGBA{15, 40, 110, 255}
	mark               = color.RGBA{255, 190, 120, 255}
)

// drawn returns a piano roll as PNG, time to the right, low keys below, a line for each bar of so many steps and for each C. The steps
// that are marked have another ground.
func drawn(r music.Roll, bar int, marked ...int) []byte {
	low, high := music.Highest, music.Lowest
	for _, keys := range r {
		for _, k := range keys {
			low, high = min(low, k), max(high, k)
		}
	}
	if low > high {
		low, high = 60, 60
	}
	low, high = max(music.Lowest, low-2), min(music.Highest, high+2)
	m := image.NewRGBA(image.Rect(0, 0, max(1, len(r))*stepWidth, (high-low+1)*keyHeight))
	fill := func(x, y, w, h int, c color.RGBA) {
		draw.Draw(m, image.Rect(x, y, x+w, y+h), image.NewUniform(c), image.Point{}, draw.Src)
	}
	wide := m.Bounds().Dx()
	for k := low; k <= high; k++ {
		y, c := (high-k)*keyHeight, white
		switch k % 12 {
		case 1, 3, 6, 8, 10:
			c = black
		}
		if fill(0, y, wide, keyHeight, c); k%12 == 0 {
			fill(0, y+keyHeight-1, wide, 1, line)
		}
	}
	for _, t := range marked {
		fill(t*stepWidth, 0, stepWidth, m.Bounds().Dy(), mark)
	}
	for t := 0; t < len(r); t += bar {
		fill(t*stepWidth, 0, 1, m.Bounds().Dy(), line)
	}
	for _, n := range r.Score(1, 60).Notes {
		x, y, w := int(n.Start)*stepWidth, (high-n.Key)*keyHeight+1, int(n.End-n.Start)*stepWidth-1
		fill(x, y, w, keyHeight-2, note)
		fill(x, y, 3, keyHeight-2, begin)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return nil // a picture in memory can be written into memory
	}
	return b.Bytes()
}
