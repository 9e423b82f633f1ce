package tensor

// A Node records how a tensor was computed, for reverse-mode differentiation.
type Node struct {
	Name string
	In   []*Tensor
	VJP  VJP
}

// nodeRoom is memory for the node of a tensor, so that recording allocates nothing.
type nodeRoom struct {
	node Node
	in   [3]*Tensor
}

func (r *nodeRoom) record(name string, vjp VJP, x []*Tensor) *Node {
	r.node = Node{name, append(r.in[:0], x...), vjp}
	return &r.node
}

// SetNumber notes the number of x in a walk over a history. It is for package autograd.
func (x *Tensor) SetNumber(walk uint64, n int) { x.walk, x.number = walk, n }

// Number returns the number that x has in that walk, if it is the newest that gave it one. It is for package autograd.
func (x *Tensor) Number(walk uint64) (n int, ok bool) { return x.number, x.walk == walk }

// A VJP is the vector–Jacobian product of an operation y = f(x₀, x₁, …): from the gradient dy of a loss with respect
// to y it makes those with respect to the inputs, in their order.
//
// A nil result means that no gradient flows there; an input for which [Tensor.Wanted] is false needs none. A VJP is a
// pure function made of differentiable operations, so that its results can be differentiated in turn.
type VJP func(dy, y *Tensor, x []*Tensor) []*Tensor

// Record notes that y was computed from x, if any of x needs a gradient, and returns y.
//
// It is the only way into the history: the methods of Tensor, the functions of op, and your own operations all use it.
// y must be freshly made and is not recorded twice.
func Record(y *Tensor, name string, vjp VJP, x ...*Tensor) *Tensor {
	for _, t := range x {
		if t != nil && t.NeedsGrad() {
			y.node = y.room.record(name, vjp, x)
			break
		}
	}
	return y
}

// NonDifferentiable panics with an [Error] if any of x needs a gradient: operation op has none, and silently dropping
// one is how models fail to learn. Detach the tensor to say that no gradient is meant to flow.
func NonDifferentiable(op string, x ...*Tensor) {
	for _, t := range x {
		if t.NeedsGrad() {
			panic(Errorf(op, "it has no gradient, but its input of shape %v needs one; Detach it if none is meant to flow", t))
		}
	}
}

// Node returns how x was computed, or nil.
func (x *Tensor) Node() *Node { return x.node }

// Watch returns x as a leaf whose gradient is wanted. It shares memory but not history with x, and the gradient is
// known under x too: see [Tensor.Origin].
func (x *Tensor) Watch() *Tensor {
	y := x.aside()
	y.leaf = true
	y.origin = x.Origin()
	return y
}

// Leaf reports whether x is a leaf whose gradient is wanted.
func (x *Tensor) Leaf() bool { return x.leaf }

// Origin returns the tensor that the leaf x was made from by [Tensor.Watch] and [Scope.Bring], or x itself. Gradients are
// kept by origin, so that those of several passes over one parameter add up.
func (x *Tensor) Origin() *Tensor {
	if x.origin != nil {
		return x.origin
	}
	return x
}

// NeedsGrad reports whether x is, or depends on, a leaf whose gradient is wanted.
func (x *Tensor) NeedsGrad() bool { return x.leaf || x.node != nil && !x.muted }

// Wanted reports, inside a VJP, whether the gradient with respect to the input x is wanted.
func (x *Tensor) Wanted() bool { return x != nil && (x.leaf || x.node != nil || x.wanted) }

// Detach returns x without its history: no gradient flows through it.
func (x *Tensor) Detach() *Tensor {
	if !x.NeedsGrad() {
		return x
	}
	return x.aside()
}

// aside returns a tensor that shares x's memory but not its history, so that a walk back over the history cannot tell
// when it is done with it.
func (x *Tensor) aside() *Tensor {
	x.pin()
	return x.alias()
}

// pin notes that a tensor outside the history shares x's memory.
func (x *Tensor) pin() {
	if x.node != nil && !x.muted {
		x.mem.pinned = true
	}
}

// Bare returns x without its history, for a VJP: it still says whether its gradient is [Tensor.Wanted]. It is made once.
func (x *Tensor) Bare() *Tensor {
	if !x.NeedsGrad() {
		return x
	}
	if x.bare == nil {
		x.bare = x.alias()
		x.bare.wanted = true
	}
	return x.bare
}

// Mute makes x, while it is on, as good as [Tensor.Bare], and reports whether it did: what is computed from x is not recorded.
// It does nothing for a leaf, which a VJP may read under another name. It is for package autograd, which would otherwise make as
// many bare tensors on the way back as there were on the way there.
func (x *Tensor) Mute(on bool) bool {
	if x.leaf || x.node == nil {
		return false
	}
	x.muted = on
	return true
}
