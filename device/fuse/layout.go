package fuse

import (
	"cmp"
	"slices"

	"github.com/jimu-ml/jimu/device"
)

// lay gives slots their place in one arena, and returns its size. Slots whose times overlap do not overlap in it: the
// larger come first, each at the lowest place that is free during its time.
func lay(e *emitter) int {
	for i, n := range e.calls {
		takeOver(n, i)
	}
	var own []*slot
	for _, s := range e.slots {
		if s.last < 0 {
			s.last = len(e.calls)
		}
		if !s.output && s.same == nil {
			own = append(own, s)
		}
	}
	for _, s := range e.slots { // times of what takes over are those of what it takes
		if s.same != nil {
			r := s.root()
			r.last = max(r.last, s.last)
		}
	}
	slices.SortStableFunc(own, func(a, b *slot) int { return cmp.Compare(b.bytes, a.bytes) })
	size := 0
	for i, s := range own {
		s.offset = lowest(s, own[:i])
		size = max(size, s.offset+aligned(s.bytes))
	}
	for _, s := range e.slots {
		if s.same != nil {
			s.offset = s.root().offset
		}
	}
	return size
}

func aligned(n int) int { return (n + 63) / 64 * 64 }

func (s *slot) root() *slot {
	for s.same != nil {
		s = s.same
	}
	return s
}

// lowest returns the lowest place for a slot beside those that are laid.
func lowest(s *slot, laid []*slot) int {
	var busy []*slot
	for _, o := range laid {
		if o.first <= s.last && s.first <= o.last {
			busy = append(busy, o)
		}
	}
	slices.SortFunc(busy, func(a, b *slot) int { return cmp.Compare(a.offset, b.offset) })
	at := 0
	for _, o := range busy {
		if at+aligned(s.bytes) <= o.offset {
			break
		}
		at = max(at, o.offset+aligned(o.bytes))
	}
	return at
}

// takeOver lets the outputs of elementwise call i, or of a convolution that adds something, take over the memory of
// inputs that end with it, where the call may work in place.
func takeOver(n *recorded, i int) {
	sums := n.call.Op == device.Conv && len(n.call.In) > 3
	if n.call.Op != device.Fused && n.call.Op.Elementwise() == 0 && !sums {
		return
	}
	for k, y := range n.call.Out {
		to := y.Buffer.(*slot)
		if to.first != i || to.output {
			continue
		}
		for j, x := range n.call.In {
			if sums && j < 3 {
				continue
			}
			from := x.Buffer.(*slot)
			if from.outside == nil && from.input < 0 && !from.output && from.last == i && from.first < i && from.bytes == to.bytes &&
				!taken(n, from) && x.SameLayout(y) && x.Offset == y.Offset && x.DType == y.DType && once(n, from) && inPlace(n, j, k) {
				to.same = from
				break
			}
		}
	}
}

// taken reports whether an output of the call has taken over a slot.
func taken(n *recorded, from *slot) bool {
	return slices.ContainsFunc(n.call.Out, func(y *device.View) bool { return y.Buffer.(*slot).same == from })
}

// once reports whether only one input of the call lies in a slot.
func once(n *recorded, from *slot) bool {
	times := 0
	for _, x := range n.call.In {
		if x != nil && x.Buffer == from {
			times++
		}
	}
	return times == 1
}

// inPlace reports whether output k of a call may lie in the memory of input j: whether no step reads the input behind
// the one that writes the output.
func inPlace(n *recorded, j, k int) bool {
	if n.call.Op != device.Fused {
		return true
	}
	written := false
	for _, st := range n.call.Program.Steps {
		for _, p := range st.In[:st.Op.Elementwise()] {
			if written && int(p) == j {
				return false
			}
		}
		written = written || int(st.To) == len(n.call.In)+k
	}
	return true
}
