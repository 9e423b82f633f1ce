package export

// Sums of the elements so far are computed by doubling: each round adds to all elements but the first few those that stand so
// many places before them. A round is remembered where its result is, until the sums are whole.
type sums struct {
	of   *value
	axis int
	run  int // how many elements each is the sum of
}

// cumSum returns the last round as one operator: the pieces are x[:r] and x[:n−r] + x[r:] of the round before.
func (g *graph) cumSum(axis int, pieces []*value) *value {
	if len(pieces) != 2 || !isOp(pieces[0], "Slice") || !isOp(pieces[1], "Add") || !pieces[0].varies {
		return nil
	}
	x, run := pieces[0].from.in[0], pieces[0].shape[axis]
	n := x.shape[axis]
	s := &sums{x, axis, 2 * run}
	if before := x.from; before != nil && before.sums != nil && before.sums.axis == axis && before.sums.run == run {
		s.of = before.sums.of
	} else if run != 1 {
		return nil
	}
	a, b := g.slice(x, []cut{{axis, 0, n - run, 1}}), g.slice(x, []cut{{axis, run, n - run, 1}})
	if in := pieces[1].from.in; in[0] != a || in[1] != b || g.slice(x, []cut{{axis, 0, run, 1}}) != pieces[0] {
		return nil
	}
	if 2*run < n {
		y := g.one("Concat", x.dtype, x.shape, pieces, attr{"axis", int64(axis)})
		y.from.sums = s
		return y
	}
	return g.one("CumSum", x.dtype, x.shape, []*value{s.of, g.axisOf(axis)})
}

func (g *graph) axisOf(axis int) *value {
	v := g.list(axis)
	v.shape = nil
	return v
}
