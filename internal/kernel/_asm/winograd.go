package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func init() { families["winograd"] = winograd }

// Offsets of the fields of kernel.WinogradTiles; a test of package kernel compares them.
const (
	wSrc = 8 * iota
	wSrcRow
	wSrcCol
	wSrcTile
	wDst
	wDstRow
	wDstCol
	wDstTile
	wN
	wCount
	wBias
	wFloor
	wSavedSrc
	wSavedDst
	wLeft
)

// winograd emits the transformations of tiles. The points of interpolation are 0, 1, −1, with six also 2, −2, and ∞.
func winograd() {
	for _, points := range []int{4, 6} {
		emitTransform("Input", fmt.Sprint(points), winogradInput(points), false)
	}
	for _, s := range []struct{ out, window int }{{2, 3}, {4, 3}, {2, 5}} {
		points, name := s.out+s.window-1, fmt.Sprintf("%dx%d", s.out, s.window)
		powers := winogradPowers(points, s.out)
		scaled := winogradPowers(points, s.window)
		for i, row := range scaled {
			for j := range row {
				row[j] /= winogradScale(points)[i]
			}
		}
		emitTransform("Output", name, turned(powers), true)
		emitTransform("Weights", name, scaled, false)
		emitTransform("OutputGrad", name, powers, false)
		emitTransform("WeightsGrad", name, turned(scaled), false)
	}
}

// winogradInput returns the matrix for the input: the transpose of that which interpolates.
func winogradInput(points int) [][]float64 {
	if points == 4 {
		return [][]float64{{1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, -1, 0, 1}}
	}
	return [][]float64{
		{4, 0, -5, 0, 1, 0},
		{0, -4, -4, 1, 1, 0},
		{0, 4, -4, -1, 1, 0},
		{0, -2, -1, 2, 1, 0},
		{0, 2, -1, -2, 1, 0},
		{0, 4, 0, -5, 0, 1},
	}
}

// winogradScale returns what the powers of every point are divided by.
func winogradScale(points int) []float64 {
	if points == 4 {
		return []float64{1, 2, 2, 1}
	}
	return []float64{4, -6, -6, 24, 24, 1}
}

// winogradPowers returns for every point its powers from 0 to n−1; of ∞ only the last counts.
func winogradPowers(points, n int) [][]float64 {
	var m [][]float64
	for _, x := range []float64{0, 1, -1, 2, -2}[:points-1] {
		row := make([]float64, n)
		for j := range row {
			row[j] = math.Pow(x, float64(j))
		}
		m = append(m, row)
	}
	last := make([]float64, n)
	last[n-1] = 1
	return append(m, last)
}

func turned(m [][]float64) [][]float64 {
	t := make([][]float64, len(m[0]))
	for j := range t {
		for i := range m {
			t[j] = append(t[j], m[i][j])
		}
	}
	return t
}

// A transform is a kernel that computes L·X·Lᵀ for a square X of vectors. The points ±1 and ±2 make pairs of rows or
// columns of L that are equal up to signs, which saves half of the work.
type transform struct {
	*vector
	l      [][]float64
	groups [][]int // rows of L that are computed together
	epi    bool    // bias and floor

	src, dst, bias          GPVirtual
	srcRow, srcRow3, srcCol GPVirtual // strides in bytes, three of some
	dstRow, dstCol, dstCol3 GPVirtual
	column, place           GPVirtual // of the source, and a row of the result
	biased, floor           vec       // wide only
}

func emitTransform(what, size string, l [][]float64, epilogue bool) {
	if *arch == "arm64" {
		neonTransform(&transform{vector: &vector{}, l: l, groups: groupsOf(l), epi: epilogue}, "winograd"+what+size)
		return
	}
	for _, wide := range []bool{false, true} {
		v := &vector{wide: wide}
		if wide {
			v.free = 12
		}
		t := &transform{vector: v, l: l, groups: groupsOf(l), epi: epilogue}
		t.emit("winograd" + what + size)
	}
}

// paired reports whether the rows (or, of the transpose, columns) with these numbers are equal up to signs.
func paired(a, b []float64) bool {
	some := false
	for k := range a {
		if math.Abs(a[k]) != math.Abs(b[k]) {
			return false
		}
		some = some || a[k] != b[k]
	}
	return some
}

// groupsOf returns the rows that share terms: neighbours that are equal up to signs, or every second row.
func groupsOf(l [][]float64) (groups [][]int) {
	if len(l) < len(l[0]) {
		for i := range min(2, len(l)) {
			for j := i; j < len(l); j += 4 {
				g := []int{j}
				if j+2 < len(l) {
					g = append(g, j+2)
				}
				groups = append(groups, g)
			}
		}
		return groups
	}
	var pairs [][]int
	for i := 0; i < len(l); i++ {
		if i+1 < len(l) && paired(l[i], l[i+1]) {
			pairs = append(pairs, []int{i, i + 1})
			i++
			continue
		}
		groups = append(groups, []int{i})
	}
	return append(groups, pairs...)
}

// A term is a vector times a constant.
type term struct {
	c float64
	x vec
}

// sum returns the sum of terms.
func (t *transform) sum(terms []term) vec {
	if len(terms) == 0 {
		return t.zero()
	}
	for i, a := range terms { // begin with one that needs no product
		if a.c == 1 {
			terms[0], terms[i] = terms[i], terms[0]
			break
		}
	}
	var s vec
	first, rest := terms[0], terms[1:]
	switch {
	case first.c != 1:
		s = t.mul(first.x, t.kr(first.c))
	case len(rest) > 0 && math.Abs(rest[0].c) == 1:
		if rest[0].c == 1 {
			s = t.add(first.x, rest[0].x)
		} else {
			s = t.sub(first.x, rest[0].x)
		}
		rest = rest[1:]
	default:
		s = t.copy(first.x)
	}
	for _, a := range rest {
		switch {
		case a.c == 1:
			s = t.increase(s, a.x)
		case a.c == -1:
			s = t.decrease(s, a.x)
		case a.c > 0:
			t.plusProduct(s, a.x, t.kr(a.c))
		default:
			t.minusProduct(s, a.x, t.kr(-a.c))
		}
	}
	return s
}

// apply returns some rows of L times a column, whose elements x returns.
func (t *transform) apply(x func(k int) vec) func(rows []int) []vec {
	have := map[int]vec{}
	at := func(k int) vec {
		if _, ok := have[k]; !ok {
			have[k] = x(k)
		}
		return have[k]
	}
	sums := map[[2]int]vec{} // of pairs of columns, and differences
	column := func(k int) []float64 {
		c := make([]float64, len(t.l))
		for i := range t.l {
			c[i] = t.l[i][k]
		}
		return c
	}
	row := func(i int) vec {
		var terms []term
		for k := 0; k < len(t.l[i]); k++ {
			c := t.l[i][k]
			if k+1 < len(t.l[i]) && len(t.l) < len(t.l[i]) && paired(column(k), column(k+1)) {
				id := [2]int{k, int(math.Copysign(1, c*t.l[i][k+1]))}
				if c != 0 && id[1] == 1 && sums[id] == nil {
					sums[id] = t.add(at(k), at(k+1))
				} else if c != 0 && sums[id] == nil {
					sums[id] = t.sub(at(k), at(k+1))
				}
				if c != 0 {
					terms = append(terms, term{c, sums[id]})
				}
				k++
				continue
			}
			if c != 0 {
				terms = append(terms, term{c, at(k)})
			}
		}
		return t.sum(terms)
	}
	return func(rows []int) (y []vec) {
		if len(rows) == 2 && paired(t.l[rows[0]], t.l[rows[1]]) {
			var even, odd []term
			for k, c := range t.l[rows[0]] {
				switch {
				case c == 0:
				case c == t.l[rows[1]][k]:
					even = append(even, term{c, at(k)})
				default:
					odd = append(odd, term{c, at(k)})
				}
			}
			e, o := t.sum(even), t.sum(odd)
			return []vec{t.add(e, o), t.sub(e, o)}
		}
		for _, i := range rows {
			y = append(y, row(i))
		}
		return y
	}
}

// block emits the transformation of as many channels as a vector has, or fewer with a mask.
func (t *transform) block(mask Op) {
	if t.epi && t.wide {
		t.biased = t.load(Mem{Base: t.bias}, mask)
	}
	for _, g := range t.groups {
		rows := make([][]vec, len(g))
		MOVQ(t.src, t.column)
		for c := range t.l[0] {
			if c > 0 {
				ADDQ(t.srcCol, t.column)
			}
			y := t.apply(func(k int) vec { return t.load(t.element(t.column, t.srcRow, t.srcRow3, k), mask) })(g)
			for i := range g {
				rows[i] = append(rows[i], y[i])
			}
		}
		for i, r := range g {
			IMUL3Q(Imm(uint64(r)), t.dstRow, t.place)
			ADDQ(t.dst, t.place)
			f := t.apply(func(k int) vec { return rows[i][k] })
			for _, h := range groupsOf(t.l) {
				for j, y := range f(h) {
					t.put(y, h[j], mask)
				}
			}
		}
	}
}

// element addresses vector k in a column or row that begins at base.
func (t *transform) element(base, step, step3 Register, k int) Mem {
	m := Mem{Base: base}
	switch k {
	case 1, 2, 4:
		m.Index, m.Scale = step, uint8(k)
	case 3:
		m.Index, m.Scale = step3, 1
	case 5:
		next := GP64()
		LEAQ(Mem{Base: base, Index: step, Scale: 1}, next)
		m.Base, m.Index, m.Scale = next, step, 4
	}
	return m
}

// put writes column k of a row of the result.
func (t *transform) put(y vec, k int, mask Op) {
	if t.epi {
		b := t.biased
		if !t.wide {
			b = t.load(Mem{Base: t.bias}, mask)
		}
		VADDPS(b, y, y)
		VMAXPS(y, t.floorOf(), y) // y where it is NaN
	}
	t.store(y, t.element(t.place, t.dstCol, t.dstCol3, k), mask)
}

func (t *transform) floorOf() vec {
	if t.wide {
		return t.floor
	}
	r := t.reg()
	p := Load(Param("t"), GP64())
	VBROADCASTSS(Mem{Base: p, Disp: wFloor}, r)
	return r
}

func (t *transform) emit(name string) {
	name += t.suffix()
	TEXT(name, 4, "func(t *byte)") // NOSPLIT
	Doc(name + " transforms tiles.")
	Pragma("noescape")
	p := Load(Param("t"), GP64())
	field := func(offset int, bytes bool) GPVirtual {
		r := GP64()
		MOVQ(Mem{Base: p, Disp: offset}, r)
		if bytes {
			SHLQ(Imm(2), r)
		}
		return r
	}
	three := func(r GPVirtual) GPVirtual {
		m := GP64()
		LEAQ(Mem{Base: r, Index: r, Scale: 2}, m)
		return m
	}
	t.srcRow, t.srcCol = field(wSrcRow, true), field(wSrcCol, true)
	t.dstRow, t.dstCol = field(wDstRow, true), field(wDstCol, true)
	t.srcRow3, t.dstCol3 = three(t.srcRow), three(t.dstCol)
	t.column, t.place = GP64(), GP64()
	src, dst, bias, n := GP64(), GP64(), GP64(), GP64()
	t.src, t.dst, t.bias = src, dst, bias
	if t.epi && t.wide {
		t.floor = t.reg()
		VBROADCASTSS(Mem{Base: p, Disp: wFloor}, t.floor)
	}
	if t.wide {
		for _, row := range t.l { // constants into registers, before the loop
			for _, c := range row {
				if c != 0 && math.Abs(c) != 1 {
					t.kr(c)
					t.kr(math.Abs(c))
				}
			}
		}
	}
	// Where the tiles have come to is kept in fields that are no pointers: after the last tile they lie outside.
	for _, f := range [][2]int{{wSrc, wSavedSrc}, {wDst, wSavedDst}, {wCount, wLeft}} {
		MOVQ(field(f[0], false), Mem{Base: p, Disp: f[1]})
	}
	Label("tile")
	p = Load(Param("t"), GP64())
	MOVQ(Mem{Base: p, Disp: wSavedSrc}, src)
	MOVQ(Mem{Base: p, Disp: wSavedDst}, dst)
	MOVQ(Mem{Base: p, Disp: wN}, n)
	if t.epi {
		MOVQ(Mem{Base: p, Disp: wBias}, bias)
	}
	w := t.width()
	SUBQ(Imm(uint64(w)), n)
	JL(LabelRef("tail"))
	Label("whole")
	t.block(nil)
	ADDQ(Imm(uint64(4*w)), src)
	ADDQ(Imm(uint64(4*w)), dst)
	if t.epi {
		ADDQ(Imm(uint64(4*w)), bias)
	}
	SUBQ(Imm(uint64(w)), n)
	JGE(LabelRef("whole"))
	Label("tail")
	ADDQ(Imm(uint64(w)), n)
	JZ(LabelRef("next"))
	t.block(t.mask(tailMasks(n), 0))
	Label("next")
	p = Load(Param("t"), GP64())
	for _, f := range [][2]int{{wSavedSrc, wSrcTile}, {wSavedDst, wDstTile}} {
		step := GP64()
		MOVQ(Mem{Base: p, Disp: f[1]}, step)
		SHLQ(Imm(2), step)
		ADDQ(step, Mem{Base: p, Disp: f[0]})
	}
	DECQ(Mem{Base: p, Disp: wLeft})
	JNZ(LabelRef("tile"))
	VZEROUPPER()
	RET()
}
