package cells

import (
	"math/big"

	"github.com/jimu-ml/jimu/rng"
)

// A Space is all cells that a search may look at: so many nodes, each the sum of two edges. All nodes come out.
type Space struct {
	Operations []string // that an edge may be
	Nodes      int
	Distinct   bool // both edges of a node lead from different values
}

// DARTS is the space of the paper: 4 nodes, 7 operations, and both edges of a node from different values.
func DARTS() Space {
	return Space{
		Operations: []string{"max_pool_3x3", "avg_pool_3x3", "skip_connect", "sep_conv_3x3", "sep_conv_5x5", "dil_conv_3x3", "dil_conv_5x5"},
		Nodes:      4, Distinct: true,
	}
}

// Count returns how many cells there are; cells that differ only by the order of a node's edges count once if Distinct.
//
//	∏ᵢ (i+2 choose 2)·|O|², or (i+2)²·|O|² if not Distinct     i = 0 … Nodes − 1
func (s Space) Count() *big.Int {
	n := big.NewInt(1)
	for i := range s.Nodes {
		n.Mul(n, big.NewInt(int64(s.choices(i))))
	}
	return n
}

// choices is in how many ways node i can be.
func (s Space) choices(i int) int {
	values, ops := i+2, len(s.Operations)
	if s.Distinct {
		return values * (values - 1) / 2 * ops * ops
	}
	return values * values * ops * ops
}

// At returns cell number n, 0 ≤ n < Count. All nodes come out of it.
func (s Space) At(n *big.Int) Cell {
	n = new(big.Int).Set(n)
	var c Cell
	for i := range s.Nodes {
		digit := new(big.Int)
		n.DivMod(n, big.NewInt(int64(s.choices(i))), digit)
		c.Nodes = append(c.Nodes, s.node(i, int(digit.Int64())))
		c.Out = append(c.Out, i+2)
	}
	return c
}

// node returns way k of node i.
func (s Space) node(i, k int) []Edge {
	ops := len(s.Operations)
	a, b, pair := k%ops, k/ops%ops, k/ops/ops
	from, to := pair%(i+2), pair/(i+2)
	if s.Distinct {
		from, to = 0, 1
		for range pair { // the pairs 0 1, 0 2, 1 2, 0 3, …
			if from++; from == to {
				from, to = 0, to+1
			}
		}
	}
	return []Edge{{s.Operations[a], from}, {s.Operations[b], to}}
}

// Draw returns a cell at random, each with the same probability.
func (s Space) Draw(r *rng.Rand) Cell {
	var c Cell
	for i := range s.Nodes {
		c.Nodes = append(c.Nodes, s.node(i, below(r, s.choices(i))))
		c.Out = append(c.Out, i+2)
	}
	return c
}

// Mutate returns a cell that differs from c in one edge, by its operation or by where it comes from, as in regularized
// evolution: Real, Aggarwal, Huang and Le, 2018 (arXiv:1802.01548), section 3. A cell of the space stays in it, where the
// edge can be another one.
func (s Space) Mutate(r *rng.Rand, c Cell) Cell {
	c = c.Clone()
	i := below(r, len(c.Nodes))
	k := below(r, len(c.Nodes[i]))
	e := &c.Nodes[i][k]
	var operations, values []Edge
	for _, name := range s.Operations {
		if name != e.Op {
			operations = append(operations, Edge{name, e.From})
		}
	}
	for v := range i + 2 {
		if v != e.From && !(s.Distinct && taken(c.Nodes[i], v)) {
			values = append(values, Edge{e.Op, v})
		}
	}
	others := operations
	if len(values) > 0 && (len(operations) == 0 || below(r, 2) == 0) {
		others = values
	}
	if len(others) > 0 {
		*e = others[below(r, len(others))]
	}
	return c
}

// taken reports whether an edge of the node leads from the value.
func taken(node []Edge, value int) bool {
	for _, e := range node {
		if e.From == value {
			return true
		}
	}
	return false
}

// below draws a number 0 ≤ k < n.
func below(r *rng.Rand, n int) int { return min(n-1, int(r.Next().Float64At(0)*float64(n))) }
