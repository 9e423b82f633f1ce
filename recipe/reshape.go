package recipe

import (
	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/model"
)

// reshaped is into what the pictures of a published set are made: for a network that was made for others.
type reshaped struct {
	Size     int // height and width; as they are if 0
	Channels int // 1 for grey, 3 for color; as they are if 0
}

func (m reshaped) check() error {
	if m.Channels != 0 && m.Channels != 1 && m.Channels != 3 {
		return errorf("data.channels", "want 1 for grey or 3 for color, not %d", m.Channels)
	}
	if m.Size < 0 || m.Size > 1024 {
		return errorf("data.size", "want a height and width of 1 to 1024 pixels, or 0 for that of the set, not %d", m.Size)
	}
	return nil
}

// like returns what is known of the examples.
func (m reshaped) like(channels, size, classes int) *model.Examples {
	if m.Channels != 0 {
		channels = m.Channels
	}
	if m.Size != 0 {
		size = m.Size
	}
	return &model.Examples{Input: []int{channels, size, size}, Outputs: classes}
}

// apply makes all pictures of a set, and returns whether it had to.
func (m reshaped) apply(s *data.Bytes) bool {
	if to := m.like(s.Shape[0], s.Shape[1], 0).Input; to[0] == s.Shape[0] && to[1] == s.Shape[1] && to[2] == s.Shape[2] {
		return false
	}
	from := &picture.Augmented{Bytes: s}
	var pix []uint8
	var e *picture.Example
	for i := range s.Labels {
		e = from.Example(i)
		if m.Channels == 1 && e.Channels == 3 {
			picture.Grayscale{P: 1}.Apply(e, 0)
			e.Pix, e.Channels = e.Pix[:e.Height*e.Width], 1
		}
		if m.Size != 0 {
			picture.Resize{Height: m.Size, Width: m.Size}.Apply(e, 0)
		}
		if m.Channels == 3 && e.Channels == 1 {
			e.Pix, e.Channels = append(append(e.Pix[:len(e.Pix):len(e.Pix)], e.Pix...), e.Pix...), 3
		}
		pix = append(pix, e.Pix...)
	}
	*s = data.Bytes{Data: pix, Shape: []int{e.Channels, e.Height, e.Width}, Labels: s.Labels}
	return true
}
