package cells

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/tensor"
)

// A Cell is a graph of operations as data. Its values are numbered: 0 and 1 are what the cell before the last and the last
// cell gave, 2 is the first node, and so on.
//
//	{"nodes": [[{"op": "sep_conv_3x3", "from": 0}, {"op": "skip_connect", "from": 1}], …], "out": [2, 3]}
type Cell struct {
	Nodes [][]Edge `json:"nodes"` // each is the sum of its edges
	Out   []int    `json:"out"`   // the values that the cell gives, one behind the other
}

// An Edge is an operation on one value.
type Edge struct {
	Op   string `json:"op"`
	From int    `json:"from"`
}

// most is how many nodes a cell may have, and how many edges a node.
const most = 64

// Check returns an error unless every edge has an operation of the list and leads from a value before its node.
func (c Cell) Check() error {
	if len(c.Nodes) == 0 || len(c.Nodes) > most {
		return fmt.Errorf("%d nodes; want 1 to %d", len(c.Nodes), most)
	}
	for i, node := range c.Nodes {
		if len(node) == 0 || len(node) > most {
			return fmt.Errorf("node %d has %d edges; want 1 to %d", i+2, len(node), most)
		}
		for _, e := range node {
			if e.From < 0 || e.From >= i+2 {
				return fmt.Errorf("node %d has an edge from %d; only 0 to %d are before it", i+2, e.From, i+1)
			}
			if !slices.Contains(Operations(), e.Op) {
				return fmt.Errorf("there is no operation %q; there are %s", e.Op, strings.Join(Operations(), ", "))
			}
		}
	}
	if len(c.Out) == 0 {
		return fmt.Errorf("nothing comes out of it")
	}
	for i, v := range c.Out {
		if v < 2 || v >= len(c.Nodes)+2 || slices.Contains(c.Out[:i], v) {
			return fmt.Errorf("what comes out of it, %v, is not a list of nodes from 2 to %d", c.Out, len(c.Nodes)+1)
		}
	}
	return nil
}

// Clone returns a cell of its own.
func (c Cell) Clone() Cell {
	d := Cell{Out: slices.Clone(c.Out)}
	for _, node := range c.Nodes {
		d.Nodes = append(d.Nodes, slices.Clone(node))
	}
	return d
}

// cell reads a cell of nodes with two edges each, written as pairs "sep_conv_3x3 0".
func cell(out []int, edges ...string) Cell {
	c := Cell{Out: out}
	for i, text := range edges {
		var e Edge
		if _, err := fmt.Sscan(text, &e.Op, &e.From); err != nil {
			panic(tensor.Errorf("cell", "an edge %q: %v", text, err))
		}
		if i%2 == 0 {
			c.Nodes = append(c.Nodes, nil)
		}
		last := len(c.Nodes) - 1
		c.Nodes[last] = append(c.Nodes[last], e)
	}
	return c
}

// Genotype returns published cells by their name: that which keeps the picture's size and that which halves it. "" is darts_v2.
//
//	darts_v1, darts_v2     Liu, Simonyan and Yang, 2018 (arXiv:1806.09055): first and second order
//	nasnet_a               Zoph, Vasudevan, Shlens and Le, 2017 (arXiv:1707.07012), figure 4
//	amoebanet_a            Real, Aggarwal, Huang and Le, 2018 (arXiv:1802.01548), figure 5
//
// The last two are the cells as DARTS's authors wrote them down, in networks of their kind.
func Genotype(name string) (normal, reduce Cell, ok bool) {
	switch name {
	case "darts_v1":
		return cell([]int{2, 3, 4, 5}, "sep_conv_3x3 1", "sep_conv_3x3 0", "skip_connect 0", "sep_conv_3x3 1",
				"skip_connect 0", "sep_conv_3x3 1", "sep_conv_3x3 0", "skip_connect 2"),
			cell([]int{2, 3, 4, 5}, "max_pool_3x3 0", "max_pool_3x3 1", "skip_connect 2", "max_pool_3x3 0",
				"max_pool_3x3 0", "skip_connect 2", "skip_connect 2", "avg_pool_3x3 0"), true
	case "", "darts_v2":
		return cell([]int{2, 3, 4, 5}, "sep_conv_3x3 0", "sep_conv_3x3 1", "sep_conv_3x3 0", "sep_conv_3x3 1",
				"sep_conv_3x3 1", "skip_connect 0", "skip_connect 0", "dil_conv_3x3 2"),
			cell([]int{2, 3, 4, 5}, "max_pool_3x3 0", "max_pool_3x3 1", "skip_connect 2", "max_pool_3x3 1",
				"max_pool_3x3 0", "skip_connect 2", "skip_connect 2", "max_pool_3x3 1"), true
	case "nasnet_a":
		return cell([]int{2, 3, 4, 5, 6}, "sep_conv_5x5 1", "sep_conv_3x3 0", "sep_conv_5x5 0", "sep_conv_3x3 0",
				"avg_pool_3x3 1", "skip_connect 0", "avg_pool_3x3 0", "avg_pool_3x3 0", "sep_conv_3x3 1", "skip_connect 1"),
			cell([]int{4, 5, 6}, "sep_conv_5x5 1", "sep_conv_7x7 0", "max_pool_3x3 1", "sep_conv_7x7 0",
				"avg_pool_3x3 1", "sep_conv_5x5 0", "skip_connect 3", "avg_pool_3x3 2", "sep_conv_3x3 2", "max_pool_3x3 1"), true
	case "amoebanet_a":
		return cell([]int{4, 5, 6}, "avg_pool_3x3 0", "max_pool_3x3 1", "sep_conv_3x3 0", "sep_conv_5x5 2",
				"sep_conv_3x3 0", "avg_pool_3x3 3", "sep_conv_3x3 1", "skip_connect 1", "skip_connect 0", "avg_pool_3x3 1"),
			cell([]int{3, 4, 6}, "avg_pool_3x3 0", "sep_conv_3x3 1", "max_pool_3x3 0", "sep_conv_7x7 2",
				"sep_conv_7x7 0", "avg_pool_3x3 1", "max_pool_3x3 0", "max_pool_3x3 1", "conv_7x1_1x7 0", "sep_conv_3x3 5"), true
	}
	return normal, reduce, false
}
