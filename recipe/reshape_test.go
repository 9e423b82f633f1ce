package recipe

import (
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/data"
)

func TestReshaped(t *testing.T) {
	grey := func() *data.Bytes {
		return &data.Bytes{Data: []uint8{10, 20, 30, 40, 50, 50, 50, 50}, Shape: []int{1, 2, 2}, Labels: []int64{0, 1}}
	}
	s := grey()
	if (reshaped{}).apply(s) || (reshaped{Size: 2, Channels: 1}).apply(s) {
		t.Error("what has its shape already is changed")
	}
	if !(reshaped{Channels: 3}).apply(s) || s.Check() != nil || !slices.Equal(s.Data[:12], []uint8{10, 20, 30, 40, 10, 20, 30, 40, 10, 20, 30, 40}) {
		t.Errorf("in color: %v, %v", s, s.Check())
	}
	if !(reshaped{Channels: 1}).apply(s) || !slices.Equal(s.Data, grey().Data) {
		t.Errorf("and back: %v", s)
	}
	if !(reshaped{Size: 3}).apply(s) || s.Check() != nil || !slices.Equal(s.Shape, []int{1, 3, 3}) || s.Data[4] != 25 {
		t.Errorf("larger: %v, %v", s, s.Check())
	}
	if (reshaped{Size: -1}).check() == nil || (reshaped{Channels: 2}).check() == nil {
		t.Error("a size below 0, or two channels, pass")
	}
}
