package devicetest

import "github.com/jimu-ml/jimu/device"

// testFused checks that a program gives the same bits as its steps one by one.
func testFused(s *suite) {
	for _, t := range []device.DType{device.Float32, device.Float64} {
		for i, shape := range [][]int{{}, {1}, {0}, {5}, {7, 40}, {3, 300}, {2, 3, 4, 5}, {2, 1, 2, 2, 1, 3, 2, 2}, {40, 1300}} {
			for _, out := range []layout{rowMajor, reversed, last} {
				for in := range layouts {
					s.program(t, shape, out, in, i)
				}
			}
		}
	}
}

// program runs a program on a full input of the outputs' layout, one of another layout, a row, a column and a number.
func (s *suite) program(t device.DType, shape []int, out, in layout, seed int) {
	row, column := append([]int{}, shape...), append([]int{}, shape...)
	for k := range shape[:max(len(shape)-1, 0)] {
		row[k] = 1
	}
	if len(shape) > 0 {
		column[len(shape)-1] = 1
	}
	f := func(i int) float64 { return wave(i + seed) }
	places := []*array{
		newArray(t, out, shape, f), newArray(t, in, shape, wave), newArray(t, in, row, whole),
		newArray(t, in, column, f), newArray(t, rowMajor, nil, func(int) float64 { return 0.75 }),
		newArray(t, out, shape, nil), newArray(t, out, shape, nil),
	}
	const x, y, r, c, one, u, v, reg, mask = 0, 1, 2, 3, 4, 5, 6, 7, 8
	p := &device.Program{Registers: []device.DType{t, device.Bool}, Steps: []device.Step{
		{Op: device.Mul, To: reg, In: [3]uint8{x, y}},
		{Op: device.Add, To: reg, In: [3]uint8{r, reg}},
		{Op: device.MulScalar, To: reg, In: [3]uint8{reg}, Scalar: 0.3},
		{Op: device.Tanh, To: u, In: [3]uint8{reg}},
		{Op: device.Less, To: mask, In: [3]uint8{u, c}},
		{Op: device.Sub, To: reg, In: [3]uint8{one, u}},
		{Op: device.Maximum, To: reg, In: [3]uint8{reg, c}},
		{Op: device.Where, To: v, In: [3]uint8{mask, reg, one}},
		{Op: device.Copy, To: reg, In: [3]uint8{mask}},
		{Op: device.Mul, To: v, In: [3]uint8{v, one}},
		{Op: device.Sub, To: v, In: [3]uint8{v, reg}},
	}}
	if !s.run(device.Fused, device.Attr{Program: p}, places[u:reg], places[:u]...) {
		return
	}
	got := [2][]float64{places[u].read(s.d), places[v].read(s.d)}
	places = append(places, nil, nil)
	for _, st := range p.Steps {
		kind := t
		if st.To == mask {
			kind = device.Bool
		}
		z := newArray(kind, rowMajor, shape, nil)
		var args []*array
		for _, a := range st.In[:st.Op.Elementwise()] {
			args = append(args, places[a])
		}
		attr := device.Attr{Scalars: [8]float64{st.Scalar}, Flag: st.Flag}
		if !s.run(st.Op, attr, []*array{z}, args...) {
			s.Errorf("%s is refused by itself and not in a program", st.Op)
			return
		}
		places[st.To] = z
	}
	for k, a := range places[u:reg] {
		for i, want := range a.read(s.d) {
			if got[k][i] != want {
				s.Errorf("Fused %s of %v: output %d at %v is %v, and %v step by step", t, shape, k, place(shape, i), got[k][i], want)
				return
			}
		}
	}
}
