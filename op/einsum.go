package op

import (
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/tensor"
)

// Einsum multiplies tensors and sums over axes, as Einstein's convention writes it.
//
//	"bik,bkj->bij": y[b, i, j] = Σₖ x₀[b, i, k] · x₁[b, k, j]
//
// Each operand has a letter an axis, apart by commas. Letters that do not stand behind the arrow are summed over. Without an
// arrow the result has the letters that occur once, in the order of the alphabet (capitals first). A letter twice in one operand takes
// its diagonal. "..." stands for leading or other axes that are broadcast, and comes first in a result without arrow. An axis of
// length 1 is broadcast against others of its letter.
//
// Pairs are joined one after another, those with the smallest result first; sums over a letter that two share are matrix
// products. It panics with a [tensor.Error] if the operands do not fit.
//
// Einstein, Die Grundlage der allgemeinen Relativitätstheorie, 1916.
func Einsum(equation string, x ...*tensor.Tensor) *tensor.Tensor {
	e := parseEinsum(equation, x)
	terms := make([]term, len(x))
	for i, t := range x {
		terms[i] = e.diagonals(term{t, e.in[i]})
	}
	for len(terms) > 1 {
		i, j := e.cheapest(terms)
		joined := e.contract(terms[i], terms[j], e.needed(terms, i, j))
		terms = append(slices.Delete(slices.Delete(terms, j, j+1), i, i+1), joined)
	}
	return e.finish(terms[0])
}

// An einsum is an equation with its axes named: letters as themselves, the axes of "..." as negative numbers, the last −1.
type einsum struct {
	text string
	in   [][]rune
	out  []rune
	size map[rune]int
}

// A term is a tensor with a name for each axis.
type term struct {
	x    *tensor.Tensor
	axes []rune
}

func parseEinsum(text string, x []*tensor.Tensor) *einsum {
	e := &einsum{text: text, size: map[rune]int{}}
	left, right, arrow := strings.Cut(strings.ReplaceAll(text, " ", ""), "->")
	operands := strings.Split(left, ",")
	if len(operands) != len(x) || len(x) == 0 {
		panic(tensor.Errorf("Einsum", "%q has %d operands, but there are %d", text, len(operands), len(x)))
	}
	most := 0 // axes of "..."
	for i, s := range operands {
		checkFloat("Einsum", x[i])
		checkType("Einsum", "operand", x[i], x[0])
		dots := x[i].Rank() - len(strings.ReplaceAll(s, "...", ""))
		axes := e.letters(s, dots)
		if len(axes) != x[i].Rank() {
			panic(tensor.Errorf("Einsum", "%q of %q does not name the axes of shape %v", s, text, x[i]))
		}
		if strings.Contains(s, "...") {
			most = max(most, dots)
		}
		for k, a := range axes {
			d := x[i].Dim(k)
			if was, ok := e.size[a]; ok && was != d && was != 1 && d != 1 {
				panic(tensor.Errorf("Einsum", "%q: axis %d of shape %v is not %d long as another of that name", text, k, x[i], was))
			}
			if was, ok := e.size[a]; !ok || was == 1 {
				e.size[a] = d
			}
		}
		e.in = append(e.in, axes)
	}
	if arrow {
		e.out = e.letters(right, most)
	} else {
		e.out = e.implicit(most)
	}
	e.checkOut()
	return e
}

// letters names the axes of one operand, with so many for "...".
func (e *einsum) letters(s string, dots int) (axes []rune) {
	before, after, has := strings.Cut(s, "...")
	for _, part := range []string{before, after} {
		for _, a := range part {
			if a < 'A' || a > 'z' || a > 'Z' && a < 'a' {
				panic(tensor.Errorf("Einsum", "%q in %q is neither a letter nor part of \"...\"", string(a), e.text))
			}
		}
	}
	axes = []rune(before)
	if has {
		for i := range max(dots, 0) {
			axes = append(axes, rune(i-dots))
		}
	}
	return append(axes, []rune(after)...)
}

func (e *einsum) implicit(dots int) (out []rune) {
	for i := range dots {
		out = append(out, rune(i-dots))
	}
	count := map[rune]int{}
	for _, axes := range e.in {
		for _, a := range axes {
			count[a]++
		}
	}
	var once []rune
	for a, n := range count {
		if n == 1 && a > 0 {
			once = append(once, a)
		}
	}
	slices.Sort(once)
	return append(out, once...)
}

func (e *einsum) checkOut() {
	for i, a := range e.out {
		if _, ok := e.size[a]; !ok || slices.Contains(e.out[:i], a) {
			name := "..."
			if a > 0 {
				name = string(a)
			}
			panic(tensor.Errorf("Einsum", "%q of the result of %q stands there twice, or in no operand", name, e.text))
		}
	}
}

// diagonals takes the diagonal of each pair of axes of one name.
func (e *einsum) diagonals(t term) term {
	for k := 0; k < len(t.axes); k++ {
		j := slices.Index(t.axes[k+1:], t.axes[k])
		if j < 0 {
			continue
		}
		j += k + 1
		if t.x.Dim(j) != t.x.Dim(k) {
			panic(tensor.Errorf("Einsum", "%q: axes %d and %d of shape %v have one name, but not one length", e.text, k, j, t.x))
		}
		name := t.axes[k]
		rest := slices.Delete(slices.Delete(slices.Clone(t.axes), j, j+1), k, k+1)
		t = term{t.x.MoveAxis(k, -1).MoveAxis(j-1, -1).Diagonal(0), append(rest, name)}
		k = -1
	}
	return t
}

// needed returns the axes that the result or another term than i and j asks for.
func (e *einsum) needed(terms []term, i, j int) map[rune]bool {
	keep := map[rune]bool{}
	for _, a := range e.out {
		keep[a] = true
	}
	for k, t := range terms {
		for _, a := range t.axes {
			if k != i && k != j {
				keep[a] = true
			}
		}
	}
	return keep
}

// cheapest returns the pair of terms, i < j, whose product has the fewest elements.
func (e *einsum) cheapest(terms []term) (i, j int) {
	least := -1
	for a := range terms {
		for b := a + 1; b < len(terms); b++ {
			keep, n := e.needed(terms, a, b), 1
			for _, name := range union(terms[a].axes, terms[b].axes) {
				if keep[name] {
					n *= e.size[name]
				}
			}
			if least < 0 || n < least {
				least, i, j = n, a, b
			}
		}
	}
	return i, j
}

func union(a, b []rune) []rune {
	u := slices.Clone(a)
	for _, r := range b {
		if !slices.Contains(u, r) {
			u = append(u, r)
		}
	}
	return u
}
