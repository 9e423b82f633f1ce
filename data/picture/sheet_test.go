package picture

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

var (
	sheetFrom = flag.String("sheet-from", "", "photograph for -sheet")
	sheetTo   = flag.String("sheet", "", "write a PNG file that shows all transforms on the photograph, with boxes and points drawn")
)

// TestSheet paints a contact sheet for people to look at.
func TestSheet(t *testing.T) {
	if *sheetTo == "" {
		t.Skip("no -sheet")
	}
	p, err := Open(*sheetFrom, Options{})
	if err != nil {
		t.Fatal(err)
	}
	photo := NewExample(p)
	Resize{Height: cellSide}.Apply(photo, 0)
	CenterCrop{cellSide, cellSide}.Apply(photo, 0)
	photo.Boxes = []Box{{23, 3, 43, 30, 0}, {49, 5, 71, 54, 1}}
	photo.Points = []Point{{30, 14}, {36, 13}}
	var cells []cell
	for _, w := range onSheet(photo) {
		e := photo.Clone()
		w.t.Apply(e, w.key)
		cells = append(cells, cell{strings.TrimPrefix(fmt.Sprintf("%T", w.t), "picture."), e})
	}
	cells[0].name = "photograph"
	cells = append(cells, cell{"MixUp", mixedCell(photo, MixUp{})}, cell{"CutMix", mixedCell(photo, CutMix{})})
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&b, sheet(cells)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(*sheetTo, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// cellSide is the side of a photograph on the sheet.
const cellSide = 72

// A cell is an example with what was done to it.
type cell struct {
	name string
	*Example
}

type shown struct {
	t   Transform
	key rng.Key
}

// onSheet returns what the sheet shows, with settings and keys that make it visible.
func onSheet(photo *Example) []shown {
	other := func(k rng.Key) *Example {
		d := photo.Clone()
		ColorJitter{Hue: 0.5}.Apply(d, k)
		return d
	}
	one := []float64{1, 1}
	return []shown{
		{Lambda(func(*Example, rng.Key) {}), 0},
		{HorizontalFlip{P: 1}, 1},
		{VerticalFlip{P: 1}, 1},
		{Crop{Top: -6, Left: 8, Height: 60, Width: 72, Mode: Reflect}, 1},
		{CenterCrop{54, 60}, 1},
		{RandomCrop{Pad: 16}, 4},
		{RandomResizedCrop{}, 3},
		{Pad{All: 8, Fill: []int{90, 120, 200}}, 1},
		{Resize{Height: 48, Width: 72, Filter: Lanczos}, 1},
		{RandomResize{Min: 30, Max: 70}, 1},
		{RandomShortestSize{Sides: []int{40, 56}}, 1},
		{ScaleJitter{Height: 72, Width: 72, Scale: []float64{0.4, 1}}, 2},
		{ZoomOut{P: 1, Scale: []float64{1.5, 3}}, 2},
		{IoUCrop{Overlaps: []float64{0.1}}, 3},
		{Mosaic{From: other}, 4},
		{Rotation{Range: []float64{20, 30}}, 1},
		{Rotation{Range: []float64{-35, -25}, Expand: true}, 1},
		{Affine{Scale: []float64{0.7, 0.8}, Shear: 25, Translate: []float64{0.1, 0.1}}, 5},
		{Perspective{P: 1}, 5},
		{Elastic{Alpha: 120, Sigma: 4}, 1},
		{ColorJitter{BrightnessRange: []float64{1.5, 1.5}}, 1},
		{ColorJitter{ContrastRange: []float64{2, 2}}, 1},
		{ColorJitter{SaturationRange: []float64{0.3, 0.3}}, 1},
		{ColorJitter{HueRange: []float64{0.3, 0.3}}, 1},
		{PhotometricDistort{P: 1}, 3},
		{Grayscale{P: 1}, 1},
		{ChannelPermutation{}, 2},
		{Sharpness{Factor: 5, P: 1}, 1},
		{AutoContrast{P: 1}, 1},
		{Equalize{P: 1}, 1},
		{Invert{P: 1}, 1},
		{Solarize{P: 1}, 1},
		{Posterize{Bits: 2, P: 1}, 1},
		{GaussianBlur{Sigma: []float64{1.5, 2}}, 1},
		{GaussianNoise{Sigma: 0.15}, 1},
		{SaltAndPepper{Share: 0.1}, 1},
		{Erasing{P: 1, Random: true}, 2},
		{Cutout{Size: 26, Holes: 2}, 2},
		{AutoAugment{}, 8},
		{AutoAugment{Policy: "svhn"}, 5},
		{RandAugment{Magnitude: 20}, 4},
		{TrivialAugmentWide{}, 9},
		{AugMix{Severity: 9, Alpha: 0.5}, 3},
		{CLAHE{Tiles: 3}, 1},
		{JPEG{Quality: []float64{5, 5}}, 1},
		{RandomChoice{Of: []Transform{Rotation{Range: []float64{90, 90}}}, Weight: one[:1]}, 1},
	}
}

// mixedCell shows what a mixer makes of the photograph and its negative.
func mixedCell(photo *Example, m Mixer) *Example {
	other := photo.Clone()
	Invert{P: 1}.Apply(other, 0)
	x := make([]float32, 0, 2*len(photo.Pix))
	for _, v := range slices.Concat(photo.Pix, other.Pix) {
		x = append(x, float32(v))
	}
	b := m.Apply(data.Batch{X: tensor.Of(x, 2, photo.Channels, photo.Height, photo.Width), Y: tensor.Of([]int64{0, 1}, 2)}, 2, 3)
	e := photo.Clone()
	for i := range e.Pix {
		e.Pix[i] = uint8(tensor.Values[float32](b.X)[i])
	}
	e.Boxes, e.Points = nil, nil
	return e
}

// sheet lays examples out in rows of eight, with their names.
func sheet(cells []cell) image.Image {
	const side, across = cellSide + 8, 8
	const high = side + 8
	down := (len(cells) + across - 1) / across
	m := image.NewRGBA(image.Rect(0, 0, across*side, down*high))
	for i := range m.Pix {
		m.Pix[i] = 255
	}
	for i, c := range cells {
		e := c.Example
		if h, w := e.Height, e.Width; max(h, w) > cellSide {
			Resize{Height: max(h*cellSide/max(h, w), 1), Width: max(w*cellSide/max(h, w), 1)}.Apply(e, 0)
		}
		left, top := i%across*side+4, i/across*high+10
		label(m, left, top-7, c.name)
		p := e.Picture()
		for y := range e.Height {
			for x := range e.Width {
				v := p.Pix[3*(y*e.Width+x):]
				m.SetRGBA(left+x, top+y, color.RGBA{v[0] | 7, v[1] | 7, v[2] | 7, 255}) // five bits: the file is half as long
			}
		}
		for k, b := range e.Boxes {
			outline(m, left, top, b, []color.RGBA{{255, 40, 40, 255}, {40, 220, 60, 255}}[k%2])
		}
		for _, q := range e.Points {
			if q.X >= 1 && q.Y >= 1 && q.X < float64(e.Width-1) && q.Y < float64(e.Height-1) {
				for d := range 9 {
					m.SetRGBA(left+int(q.X)+d%3-1, top+int(q.Y)+d/3-1, color.RGBA{255, 230, 0, 255})
				}
			}
		}
	}
	return m
}

// glyphs are capitals of 3 × 5 dots, a row each digit.
const glyphs = "A25755 B65656 C34443 D65556 E74647 F74644 G34553 H55755 I72227 J11153 K55655 L44447 M57755 N65555 O25552 P65644 Q25563 R65655 S34216 T72222 U55557 V55552 W55775 X55255 Y55222 Z71247 025552 126227 261247 574616"

func label(m *image.RGBA, left, top int, name string) {
	for i, r := range strings.ToUpper(name) {
		at := strings.Index(glyphs, string(r))
		for row := range 5 {
			for x := range 3 {
				if at%7 == 0 && (glyphs[at+1+row]-'0')>>(2-x)&1 == 1 {
					m.SetRGBA(left+4*i+x, top+row, color.RGBA{0, 0, 0, 255})
				}
			}
		}
	}
}

func outline(m *image.RGBA, left, top int, b Box, c color.RGBA) {
	if b.Area() == 0 {
		return
	}
	x0, y0, x1, y1 := left+int(b.X0), top+int(b.Y0), left+int(b.X1)-1, top+int(b.Y1)-1
	for x := x0; x <= x1; x++ {
		m.SetRGBA(x, y0, c)
		m.SetRGBA(x, y1, c)
	}
	for y := y0; y <= y1; y++ {
		m.SetRGBA(x0, y, c)
		m.SetRGBA(x1, y, c)
	}
}
