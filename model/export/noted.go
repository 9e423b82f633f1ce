package export

import (
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/tensor"
)

// A noted call is one that becomes nodes.
type noted struct {
	*device.Call
	graph  *graph
	out    []*value
	pieces []write // parts of outputs, over what out has
}

// shape returns that of output i.
func (n *noted) shape(i int) []int { return n.Out[i].Dims() }

// in returns input i as it is, in its shape, or nil if it is absent.
func (n *noted) in(i int) *value {
	if i >= len(n.In) || n.In[i] == nil {
		return nil
	}
	return n.graph.expand(n.graph.see(n.In[i]), n.In[i].Dims())
}

// wide returns input i for an operation that broadcasts: axes that only repeat have length 1, and one number in all places is
// a scalar.
func (n *noted) wide(i int) *value {
	if i >= len(n.In) || n.In[i] == nil {
		return nil
	}
	x := n.graph.see(n.In[i])
	if x.fill != nil {
		return n.graph.number(x.dtype, *x.fill)
	}
	return x
}

// broadcast returns the values for an elementwise operation, at least one in the whole shape of the output.
func (n *noted) broadcast() []*value {
	x := make([]*value, len(n.In))
	shapes := make([][]int, len(n.In))
	for i := range n.In {
		x[i] = n.wide(i)
		shapes[i] = x[i].shape
	}
	if want := n.shape(0); !slices.Equal(joint(shapes...), want) {
		i := 0
		for k := range x {
			if x[k].varies {
				i = k
			}
		}
		x[i] = n.graph.expand(x[i], want)
	}
	return x
}

// set says what output i is: x, perhaps with other axes of length 1, or x repeated.
func (n *noted) set(i int, x *value) bool {
	want := n.shape(i)
	if size(x.shape) != size(want) {
		x = n.graph.expand(x, want)
	}
	n.out[i] = n.graph.reshape(x, want)
	return true
}

func size(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// inPlace returns what stands in output i before the call.
func (n *noted) inPlace(i int) *value {
	return n.graph.expand(n.graph.see(n.Out[i]), n.Out[i].Dims())
}

// see returns what a view shows, with axes that repeat at length 1.
func (g *graph) see(v *device.View) *value {
	c, ok := v.Buffer.(*cell)
	if !ok {
		return g.constant(v)
	}
	if v.Len() == 0 {
		return g.empty(v)
	}
	w := g.whole(c, v)
	if w.value == nil {
		panic(&Unsupported{Layer: g.layer, Why: "it reads what an operation leaves beside its result"})
	}
	if f := w.value.fill; f != nil {
		return g.filled(v.DType, *f, narrowed(v).Dims())
	}
	defer func(layer string) { g.layer = layer }(g.layer)
	g.layer = w.value.layer // which the cuts belong to
	x := g.seen(w, v)
	if !c.varies && x.data == nil && x.ints == nil && x.fill == nil {
		data := *narrowed(v)
		data.Buffer = c.memory
		x.data, c.shared = tensor.On(cpu.Device, data), true
	}
	return x
}

// constant returns elements that lie in memory of the host.
func (g *graph) constant(v *device.View) *value {
	x := g.value(v.DType, v.Dims())
	x.data = tensor.On(cpu.Device, *v).Clone()
	return x
}

// empty returns a value without elements.
func (g *graph) empty(v *device.View) *value {
	x := g.value(v.DType, v.Dims())
	x.data = tensor.New(cpu.Device, v.DType, v.Dims()...)
	return x
}

// layerOf returns the path of the layer that has a parameter.
func layerOf(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		return name[:i]
	}
	return name
}
