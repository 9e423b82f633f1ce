package detection

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/data/voc"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A set is pictures in one size with their boxes, in pixels of that size.
//
//	X [n 3 h w], Y [n most 6]: left, upper, right and lower edge and class of each thing, class −1 for none, and 1 if it is difficult
type set struct {
	data.Bytes
	names     []string
	boxes     [][]picture.Box
	difficult [][]picture.Box   // of things that need not be found
	augment   picture.Transform // nil: none
}

// readSet reads pictures, and adds the classes of what is in them.
func readSet(ctx context.Context, files fs.FS, names []string, k *kept) (*set, error) {
	s := &set{names: names, Bytes: data.Bytes{Shape: []int{3, k.Height, k.Width}, Labels: make([]int64, len(names))}}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		a, file, err := voc.Read(files, name)
		if err != nil {
			return nil, err
		}
		p, err := picture.Decode(bytes.NewReader(file), name+".jpg", picture.Options{})
		if err != nil {
			return nil, err
		}
		if a.Width > 0 && a.Height > 0 && (a.Width != p.Width || a.Height != p.Height) {
			return nil, fmt.Errorf("%s: the picture is %d×%d, and its annotation says %d×%d", name, p.Width, p.Height, a.Width, a.Height)
		}
		s.Data = append(s.Data, p.Resize(k.Height, k.Width).Planes()...)
		all, difficult := k.boxes(a, p)
		s.boxes, s.difficult = append(s.boxes, all), append(s.difficult, difficult)
	}
	return s, nil
}

// boxes returns what is in a picture, in pixels of the size that it gets, without boxes that have no area: what is to be found, and
// what is marked as difficult.
func (k *kept) boxes(a *voc.Annotation, p *picture.Picture) (all, difficult []picture.Box) {
	across, down := float64(k.Width)/float64(p.Width), float64(k.Height)/float64(p.Height)
	for _, o := range a.Objects {
		class := slices.Index(k.Classes, o.Name)
		if class < 0 {
			class = len(k.Classes)
			k.Classes = append(k.Classes, o.Name)
		}
		b := picture.Box{X0: o.Left * across, Y0: o.Top * down, X1: o.Right * across, Y1: o.Bottom * down, Label: int64(class)}.Clamp(k.Height, k.Width)
		switch {
		case b.Area() <= 0:
		case o.Difficult:
			difficult = append(difficult, b)
		default:
			all = append(all, b)
		}
	}
	return all, difficult
}

// sort puts the classes in order of their names.
func (k *kept) sort(sets []*set) {
	was := slices.Clone(k.Classes)
	slices.Sort(k.Classes)
	for _, s := range sets {
		for _, boxes := range slices.Concat(s.boxes, s.difficult) {
			for i := range boxes {
				boxes[i].Label = int64(slices.Index(k.Classes, was[boxes[i].Label]))
			}
		}
	}
}

// Batch returns pictures with their boxes, changed by the key if the set is augmented.
func (s *set) Batch(index []int, key rng.Key) (data.Batch, error) {
	pix, boxes := make([][]uint8, len(index)), make([][]picture.Box, len(index))
	easy := make([]int, len(index)) // boxes before the difficult ones
	most := 1
	for i, at := range index {
		if at < 0 || at >= s.Len() {
			return data.Batch{}, fmt.Errorf("example %d of a set of %d", at, s.Len())
		}
		e := s.example(at)
		if s.augment != nil {
			s.augment.Apply(e, key.At(uint64(at)))
		}
		pix[i], boxes[i], easy[i] = e.Pix, append(e.Boxes, s.difficult[at]...), len(e.Boxes)
		most = max(most, len(boxes[i]))
	}
	x := s.AppendNormalized(make([]float32, 0, len(index)*3*s.Shape[1]*s.Shape[2]), pix...)
	y := make([]float32, 0, len(index)*most*6)
	for k, list := range boxes {
		for i := range most {
			b, difficult := picture.Box{Label: -1}, float32(0)
			if i < len(list) {
				b = list[i]
				if i >= easy[k] {
					difficult = 1
				}
			}
			y = append(y, float32(b.X0), float32(b.Y0), float32(b.X1), float32(b.Y1), float32(b.Label), difficult)
		}
	}
	return data.Batch{X: tensor.Of(x, len(index), 3, s.Shape[1], s.Shape[2]), Y: tensor.Of(y, len(index), most, 6), Index: index}, nil
}

// example returns a copy of a picture with its boxes.
func (s *set) example(i int) *picture.Example {
	n := 3 * s.Shape[1] * s.Shape[2]
	return &picture.Example{
		Pix: slices.Clone(s.Data[i*n : (i+1)*n]), Channels: 3, Height: s.Shape[1], Width: s.Shape[2], Boxes: slices.Clone(s.boxes[i]),
	}
}

// things returns the boxes of the targets [n most 6] of a batch that are to be found.
func things(y *tensor.Tensor) [][]picture.Box {
	n, most, v := y.Dim(0), y.Dim(1), y.Floats()
	all := make([][]picture.Box, n)
	for i := range all {
		for j := range most {
			b := v[(i*most+j)*6:][:6]
			if b[4] >= 0 && b[5] == 0 {
				all[i] = append(all[i], picture.Box{X0: float64(b[0]), Y0: float64(b[1]), X1: float64(b[2]), Y1: float64(b[3]), Label: int64(b[4])})
			}
		}
	}
	return all
}

// leastSide is how wide and high a box that was cut at the border must be, in pixels, to stay.
const leastSide = 4

// augmentation returns how training pictures are changed.
func (c config) augmentation() picture.Transform {
	all := picture.Compose{picture.HorizontalFlip{}, picture.VerticalFlip{}}
	if c.Crop < 1 || c.Stretch > 1 {
		all = append(all, picture.RandomResizedCrop{Scale: []float64{c.Crop, 1}, Ratio: c.ratios()}, picture.SanitizeBoxes{MinSide: leastSide})
	}
	if c.Color > 0 {
		all = append(all, picture.ColorJitter{Brightness: c.Color, Contrast: c.Color, Saturation: c.Color / 2})
	}
	return all
}

// ratios returns which proportions what is cut out may have.
func (c config) ratios() []float64 {
	own := float64(c.Width) / float64(c.Height)
	return []float64{own / c.Stretch, own * c.Stretch}
}

// normalize has all sets normalized by the mean and deviation of each channel of the first.
func (k *kept) normalize(sets []*set) {
	sets[0].Normalize()
	k.Mean, k.Deviation = sets[0].Mean, sets[0].Deviation
	for _, s := range sets[1:] {
		s.Mean, s.Deviation = k.Mean, k.Deviation
	}
}
