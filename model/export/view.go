package export

import (
	"cmp"
	"slices"

	"github.com/jimu-ml/jimu/device"
)

// A write is what was last put where a view points to.
type write struct {
	view  device.View
	value *value // of the view's shape; nil: an output that the graph does not have
}

// An axis is one of a view that has more than one place.
type axis struct {
	at             int // which one
	length, stride int
	back           bool // it is read from its end
}

// A frame is a value seen as blocks in blocks of memory: its axes in the order of their strides, the largest first, cut
// so that each axis of a view on that memory is a part of one of them, or some of them whole.
type frame struct {
	value *value
	axes  []axis
}

// seen returns what a view shows of a write, with axes that repeat at length 1.
func (g *graph) seen(w write, v *device.View) *value {
	narrow := narrowed(v)
	if w.view.Offset == v.Offset && w.view.SameLayout(narrow) {
		return w.value
	}
	reads, offset := readAxes(narrow, v.Offset-w.view.Offset)
	for _, f := range g.frames(w, reads) {
		if groups, ok := f.lay(reads, offset); ok {
			return g.arranged(f, groups, narrow)
		}
	}
	return g.picked(w, narrow)
}

// narrowed returns the view with axes that repeat at length 1.
func narrowed(v *device.View) *device.View {
	n := *v
	for k := range n.Rank {
		if n.Stride[k] == 0 && n.Shape[k] > 1 {
			n.Shape[k] = 1
		}
	}
	return &n
}

// readAxes returns the axes with more than one place, the largest stride first, all strides made positive, and the offset
// of the first element then.
func readAxes(v *device.View, offset int) ([]axis, int) {
	var axes []axis
	for k := range v.Rank {
		if v.Shape[k] == 1 {
			continue
		}
		a := axis{at: k, length: v.Shape[k], stride: v.Stride[k]}
		if a.stride < 0 {
			offset += a.stride * (a.length - 1)
			a.stride, a.back = -a.stride, true
		}
		axes = append(axes, a)
	}
	return byStride(axes), offset
}

func byStride(axes []axis) []axis {
	slices.SortStableFunc(axes, func(a, b axis) int { return cmp.Compare(b.stride, a.stride) })
	return axes
}

// frames returns ways to see the value of a write that may suit the axes that are read: as it is, cut at their strides, or
// joined and cut anew.
func (g *graph) frames(w write, reads []axis) []frame {
	own, _ := readAxes(&w.view, 0)
	all := []frame{{w.value, own}}
	if cuts, ok := refined(own, reads); ok {
		all = append(all, g.cutFrame(w, cuts))
	}
	if dense(own) && w.view.Len() > 0 {
		if cuts, ok := fresh(w.view.Len(), reads); ok {
			all = append(all, g.joinedFrame(w, own, cuts))
		}
	}
	return all
}

// refined cuts axes at the strides of others that lie inside them.
func refined(own, reads []axis) (cuts []axis, ok bool) {
	for _, a := range own {
		inside := []axis{a}
		for _, r := range reads {
			last := &inside[len(inside)-1]
			whole := last.stride * last.length
			if r.stride <= last.stride || r.stride >= whole || r.stride%last.stride != 0 || whole%r.stride != 0 {
				continue
			}
			upper := axis{at: a.at, length: whole / r.stride, stride: r.stride}
			lower := axis{at: a.at, length: r.stride / last.stride, stride: last.stride}
			inside = append(inside[:len(inside)-1], upper, lower)
		}
		cuts = append(cuts, inside...)
	}
	return cuts, len(cuts) > len(own)
}

// fresh cuts n elements at strides.
func fresh(n int, reads []axis) (cuts []axis, ok bool) {
	whole := n
	for _, r := range reads {
		if r.stride == whole {
			continue
		}
		if r.stride == 0 || whole%r.stride != 0 {
			return nil, false
		}
		cuts = append(cuts, axis{length: whole / r.stride, stride: r.stride})
		whole = r.stride
	}
	if whole > 1 {
		cuts = append(cuts, axis{length: whole, stride: 1})
	}
	return cuts, true
}

// dense reports whether the axes, by stride, fill their memory.
func dense(axes []axis) bool {
	n := 1
	for _, a := range slices.Backward(axes) {
		if a.stride != n {
			return false
		}
		n *= a.length
	}
	return true
}
