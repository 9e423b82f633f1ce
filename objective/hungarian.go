package objective

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// Hungarian returns the pairs of a row and a column, each used once at most, whose costs have the least sum: with which
// prediction each object goes, as DETR needs it.
//
//	cost [n m] → rows [k], columns [k], k = min(n, m), by rising row
//
// It runs on the host, exactly, in O(k² max(n, m)) steps. No gradient flows through a choice: take the loss of the pairs. A cost
// of +Inf forbids a pair.
//
// It panics with a [tensor.Error] if the cost is not a matrix of floats, has NaN or −Inf, or if there is no way without +Inf.
//
// Kuhn, The Hungarian Method for the Assignment Problem, 1955; by shortest augmenting paths, as Jonker and Volgenant, 1987.
func Hungarian(cost *tensor.Tensor) (rows, columns []int) {
	const name = "Hungarian"
	tensor.NonDifferentiable(name, cost)
	if cost.Rank() != 2 || !cost.DType().IsFloat() {
		panic(tensor.Errorf(name, "a cost %s of shape %v; want floats [n m]", cost.DType(), cost))
	}
	flipped := cost.Dim(0) > cost.Dim(1)
	if flipped {
		cost = cost.T()
	}
	n, m := cost.Dim(0), cost.Dim(1) // n ≤ m
	c := tensor.Values[float64](cost)
	for _, v := range c {
		if v != v || math.IsInf(v, -1) {
			panic(tensor.Errorf(name, "a cost of %v in shape %v", v, cost))
		}
	}
	h := newAssignment(c, n, m)
	for i := range n {
		if !h.augment(i) {
			panic(tensor.Errorf(name, "every assignment of costs of shape %v has one of +Inf", cost))
		}
	}
	if flipped {
		for j, i := range h.row {
			if i >= 0 {
				rows, columns = append(rows, j), append(columns, i)
			}
		}
		return rows, columns
	}
	columns = make([]int, n)
	for j, i := range h.row {
		if i >= 0 {
			columns[i] = j
		}
	}
	for i := range n {
		rows = append(rows, i)
	}
	return rows, columns
}

// An assignment is the state of the method: prices of rows and columns, and which row each column has, −1 for none.
type assignment struct {
	c    []float64 // [n m]
	m    int
	u, v []float64
	row  []int

	least []float64 // cost of the cheapest way to each column
	from  []int     // the column before it on that way, −1 for the start
	done  []bool
}

func newAssignment(c []float64, n, m int) *assignment {
	h := &assignment{
		c: c, m: m, u: make([]float64, n), v: make([]float64, m), row: make([]int, m),
		least: make([]float64, m), from: make([]int, m), done: make([]bool, m),
	}
	for j := range h.row {
		h.row[j] = -1
	}
	return h
}

// augment gives row start a column, by the cheapest way of moving other rows; it reports whether there is one.
func (h *assignment) augment(start int) bool {
	for j := range h.m {
		h.least[j], h.from[j], h.done[j] = math.Inf(1), -1, false
	}
	i, at, dist := start, -1, 0.0
	for {
		next, best := -1, math.Inf(1)
		for j := range h.m {
			if h.done[j] {
				continue
			}
			if d := dist + h.c[i*h.m+j] - h.u[i] - h.v[j]; d < h.least[j] {
				h.least[j], h.from[j] = d, at
			}
			if h.least[j] < best {
				best, next = h.least[j], j
			}
		}
		if next < 0 {
			return false
		}
		dist, at = best, next
		if h.row[at] < 0 {
			break
		}
		h.done[at] = true
		i = h.row[at]
	}
	h.u[start] += dist
	for j := range h.m {
		if h.done[j] {
			h.u[h.row[j]] += dist - h.least[j]
			h.v[j] -= dist - h.least[j]
		}
	}
	for h.from[at] >= 0 {
		h.row[at] = h.row[h.from[at]]
		at = h.from[at]
	}
	h.row[at] = start
	return true
}
