package export

import (
	"cmp"
	"slices"

	"github.com/jimu-ml/jimu/device"
)

// cutFrame returns the value of a write with its axes cut in place.
func (g *graph) cutFrame(w write, cuts []axis) frame {
	placed := slices.Clone(cuts)
	slices.SortStableFunc(placed, func(a, b axis) int { return cmp.Compare(a.at, b.at) })
	var shape []int
	for k := range w.view.Rank {
		if w.view.Shape[k] == 1 {
			shape = append(shape, 1)
		}
		for i := range placed {
			if placed[i].at == k {
				shape = append(shape, placed[i].length)
			}
		}
	}
	axes := slices.Clone(cuts)
	next := 0
	for _, p := range placed {
		for shape[next] == 1 {
			next++
		}
		axes[slices.Index(cuts, p)].at = next
		next++
	}
	return frame{g.reshape(w.value, shape), axes}
}

// joinedFrame returns the value of a write in the order of memory, cut anew.
func (g *graph) joinedFrame(w write, own, cuts []axis) frame {
	var perm, shape []int
	for k := range w.view.Rank {
		if w.view.Shape[k] == 1 {
			perm = append(perm, k)
		}
	}
	for _, a := range own {
		perm = append(perm, a.at)
	}
	for i := range cuts {
		cuts[i].at = i
		shape = append(shape, cuts[i].length)
	}
	return frame{g.reshape(g.transpose(w.value, perm), shape), cuts}
}

// A group is the axes of a frame that an axis of a view is made of, the largest stride first, and where they are cut.
type group struct {
	read axis
	cuts []cut
}

// lay finds how the axes that are read lie along those of the frame. Of axes that none of them lies along, one place is
// seen: those are groups too, of a single cut and no axis.
func (f *frame) lay(reads []axis, offset int) (groups []group, ok bool) {
	starts := make([]int, len(f.axes))
	for i, a := range f.axes {
		starts[i] = offset / a.stride
		offset %= a.stride
		if starts[i] >= a.length {
			return nil, false
		}
	}
	if offset != 0 {
		return nil, false
	}
	taken := make([]bool, len(f.axes))
	for _, r := range slices.Backward(reads) {
		cuts, ok := f.along(r, starts, taken)
		if !ok {
			return nil, false
		}
		groups = append(groups, group{r, cuts})
	}
	for i, a := range f.axes {
		if !taken[i] {
			groups = append(groups, group{axis{at: -1}, []cut{{a.at, starts[i], 1, 1}}})
		}
	}
	return groups, true
}

// along returns the cuts that one axis of a view is.
func (f *frame) along(r axis, starts []int, taken []bool) (cuts []cut, ok bool) {
	i := len(f.axes) - 1
	for i >= 0 && r.stride >= f.axes[i].stride*f.axes[i].length {
		i--
	}
	if i < 0 || taken[i] || r.stride%f.axes[i].stride != 0 {
		return nil, false
	}
	step, left := r.stride/f.axes[i].stride, r.length
	for ; i >= 0; i-- {
		a := f.axes[i]
		if taken[i] || len(cuts) > 0 && a.stride != f.axes[i+1].stride*f.axes[i+1].length {
			return nil, false
		}
		taken[i] = true
		if starts[i]+(left-1)*step < a.length {
			return turned(append(cuts, cut{a.at, starts[i], left, step}), r.back), true
		}
		if step != 1 || starts[i] != 0 || left%a.length != 0 {
			return nil, false
		}
		cuts = append(cuts, cut{a.at, 0, a.length, 1})
		left /= a.length
	}
	return nil, false
}

// turned returns cuts with the largest stride first, and from their ends if they are read back.
func turned(cuts []cut, back bool) []cut {
	slices.Reverse(cuts)
	if back {
		for i, c := range cuts {
			cuts[i].start, cuts[i].step = c.start+(c.count-1)*c.step, -c.step
		}
	}
	return cuts
}

// arranged cuts the value of a frame, and puts its axes in the order of a view.
func (g *graph) arranged(f frame, groups []group, v *device.View) *value {
	x := f.value
	var cuts []cut
	var gone []int
	spare := single(v.Dims()) - single(x.shape) // axes of length 1 that a cut may leave
	for _, p := range groups {
		if p.read.at < 0 && spare > 0 {
			spare--
			cuts = append(cuts, p.cuts[0])
			continue
		}
		if p.read.at < 0 {
			gone = append(gone, p.cuts[0].axis)
			x = g.pick(x, p.cuts[0].axis-before(gone, p.cuts[0].axis), p.cuts[0].start)
			continue
		}
		cuts = append(cuts, p.cuts...)
	}
	for i := range cuts {
		cuts[i].axis -= before(gone, cuts[i].axis)
	}
	x = g.slice(x, cuts)
	groups = slices.DeleteFunc(groups, func(p group) bool { return p.read.at < 0 })
	perm := order(x, groups, gone, v)
	return g.reshape(g.transpose(x, perm), v.Dims())
}

func single(shape []int) int {
	n := 0
	for _, d := range shape {
		if d == 1 {
			n++
		}
	}
	return n
}

// before returns how many of the axes stand before one.
func before(gone []int, axis int) int {
	n := 0
	for _, k := range gone {
		if k < axis {
			n++
		}
	}
	return n
}

// order returns the axes of x in the order of a view. Axes of length 1 go where the view has such, and else stay where they are.
func order(x *value, groups []group, gone []int, v *device.View) []int {
	moved := map[int]bool{}
	for _, p := range groups {
		for _, c := range p.cuts {
			moved[c.axis-before(gone, c.axis)] = true
		}
	}
	var perm, short []int
	for k := range x.shape {
		if !moved[k] {
			short = append(short, k)
		}
	}
	for k := range v.Rank {
		i := slices.IndexFunc(groups, func(p group) bool { return p.read.at == k })
		switch {
		case i >= 0:
			for _, c := range groups[i].cuts {
				perm = append(perm, c.axis-before(gone, c.axis))
			}
		case len(short) > 0 && !blocked(perm, short[0], moved):
			perm, short = append(perm, short[0]), short[1:]
		}
	}
	for _, k := range short {
		at := slices.Index(perm, k-1) + 1
		perm = slices.Insert(perm, at, k)
	}
	return perm
}

// blocked reports whether an axis of length 1 would come before axes that stand before it, though nothing asks for it.
func blocked(perm []int, k int, moved map[int]bool) bool {
	for i := range k {
		if moved[i] && !slices.Contains(perm, i) {
			return true
		}
	}
	return false
}

// picked returns what a view shows of a write, element by element: for what is no cut of axes, such as windows that
// overlap.
func (g *graph) picked(w write, v *device.View) *value {
	own, _ := readAxes(&w.view, 0)
	reads, offset := readAxes(v, v.Offset-w.view.Offset)
	perm := make([]int, 0, w.view.Rank)
	for k := range w.view.Rank {
		if w.view.Shape[k] == 1 {
			perm = append(perm, k)
		}
	}
	for _, a := range own {
		perm = append(perm, a.at)
	}
	x := g.transpose(w.value, perm)
	// The batch, or whatever comes first in both, stays an axis.
	first := len(own) > 0 && len(reads) > 0 && own[0].stride == reads[0].stride && own[0].length == reads[0].length &&
		offset < own[0].stride && reads[0].at == firstLong(v)
	inner, shape, from := *v, []int{}, 0
	if first {
		inner.Shape[reads[0].at] = 1
		shape, from, own = []int{own[0].length}, 1, own[1:]
	}
	x = g.reshape(x, append(shape, lengths(own)))
	at := g.value(device.Int64, inner.Dims())
	at.ints = places(own, &inner, v.Offset-w.view.Offset)
	index := g.value(device.Int64, []int{len(at.ints)})
	index.ints = at.ints
	shape = append(shape, len(at.ints))
	return g.reshape(g.one("Gather", x.dtype, shape, []*value{x, index}, attr{"axis", int64(from)}), v.Dims())
}

func firstLong(v *device.View) int {
	return slices.IndexFunc(v.Dims(), func(d int) bool { return d > 1 })
}

func lengths(axes []axis) int {
	n := 1
	for _, a := range axes {
		n *= a.length
	}
	return n
}

// places returns, for each element of a view, its place among those of the axes in their order.
func places(own []axis, v *device.View, offset int) []int64 {
	all := make([]int64, 0, v.Len())
	at := make([]int, v.Rank)
	for range v.Len() {
		o, place := offset, 0
		for k, i := range at {
			o += i * v.Stride[k]
		}
		for _, a := range own {
			place = place*a.length + o/a.stride
			o %= a.stride
		}
		all = append(all, int64(place))
		for k := v.Rank - 1; k >= 0; k-- {
			if at[k]++; at[k] < v.Shape[k] {
				break
			}
			at[k] = 0
		}
	}
	return all
}
