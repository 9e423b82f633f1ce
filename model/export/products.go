package export

import (
	"slices"
)

// A linear map is remembered where its result is, for recurrences, whose operators want what it is made of.
type linear struct{ x, weight, bias *value }

// matrix returns input i with its last two axes in full.
func (n *noted) matrix(i int) *value {
	x, want := n.graph.see(n.In[i]), n.In[i].Dims()
	k := len(want) - 2
	return n.graph.expand(x, append(slices.Clone(x.shape[:k]), want[k:]...))
}

func matMul(n *noted) bool {
	a, b := n.matrix(0), n.matrix(1)
	if isIdentity(b) {
		return n.set(0, a)
	}
	k := len(n.shape(0)) - 2
	lead := n.shape(0)[:k]
	if !slices.Equal(joint(a.shape[:len(a.shape)-2], b.shape[:len(b.shape)-2]), lead) {
		a = n.graph.expand(a, append(slices.Clone(lead), a.shape[len(a.shape)-2:]...))
	}
	return n.set(0, n.graph.one("MatMul", a.dtype, n.shape(0), []*value{a, b}))
}

// isIdentity reports whether a known matrix changes nothing.
func isIdentity(x *value) bool {
	if x.data == nil || x.param || len(x.shape) != 2 || x.shape[0] != x.shape[1] || x.shape[0] > 1024 {
		return false
	}
	for i, v := range x.data.Floats() {
		want := float32(0)
		if i%(x.shape[0]+1) == 0 {
			want = 1
		}
		if v != want {
			return false
		}
	}
	return true
}

func linearMap(n *noted) bool {
	y := n.linear()
	if n.Flag {
		y = n.graph.unary("Relu", y)
	}
	return n.set(0, y)
}

func linearGelu(n *noted) bool { return n.set(0, n.graph.gelu(n.linear(), false)) }

// linear is one node for matrices, and two for anything of more axes.
func (n *noted) linear() *value {
	g, x, w, b := n.graph, n.in(0), n.in(1), n.in(2)
	shape := n.shape(0)
	var y *value
	if len(x.shape) == 2 {
		in := []*value{x, w}
		if b != nil {
			in = append(in, b)
		}
		y = g.one("Gemm", x.dtype, shape, in, attr{"transB", int64(1)})
	} else {
		y = g.one("MatMul", x.dtype, shape, []*value{x, g.transpose(w, []int{1, 0})})
		if b != nil {
			y = g.binary("Add", y, b)
		}
	}
	y.from.near = &linear{x, w, b}
	return y
}
