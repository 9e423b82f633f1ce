package trace

import (
	"reflect"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/device"
)

// Label says that a buffer holds the parameter of that name, such as "blocks.3.attn.query.weight". Events then say which
// layer a call belongs to, as far as that can be told from what it reads and writes:
//
//   - the layer of a parameter that it reads or updates;
//   - for the gradient of a parameter, the layer of the parameter that an optimizer later updates with it;
//   - else the layer that made its input; of a gradient operation, the one that made what was saved for it.
func (d *Device) Label(b device.Buffer, parameter string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.params == nil {
		d.params, d.made = map[device.Buffer]string{}, map[device.Buffer]maker{}
	}
	layer := parameter
	if i := strings.LastIndexByte(parameter, '.'); i > 0 {
		layer = parameter[:i]
	}
	d.params[b] = layer
}

// A maker is who last wrote a buffer.
type maker struct {
	layer string
	call  int
}

// attribute says which layer a call belongs to, and remembers what it makes. The caller holds the lock.
func (d *Device) attribute(c *device.Call, number int) (layer string) {
	if d.params == nil {
		return ""
	}
	updated := d.owners(c.Out)
	for i, v := range c.In {
		if m, ok := d.maker(v); ok && len(updated) > 0 {
			d.settle(m.call, updated[min(i, len(updated)-1)])
		}
	}
	if owners := slices.Concat(updated, d.owners(c.In)); len(owners) > 0 {
		layer = owners[0]
	} else {
		layer = d.heir(c)
	}
	for _, v := range c.Out {
		if v != nil && hashable(v.Buffer) {
			d.made[v.Buffer] = maker{layer, number}
		}
	}
	return layer
}

// owners returns the layers of those views that are parameters.
func (d *Device) owners(views []*device.View) (layers []string) {
	for _, v := range views {
		if v != nil && hashable(v.Buffer) {
			if l, ok := d.params[v.Buffer]; ok {
				layers = append(layers, l)
			}
		}
	}
	return layers
}

// heir returns the layer that made an input: the first that is known, or the last for a gradient operation, whose first
// input comes from the layer behind.
func (d *Device) heir(c *device.Call) (layer string) {
	back := strings.HasSuffix(c.Op.String(), "Grad")
	for _, v := range c.In {
		if m, ok := d.maker(v); ok && m.layer != "" {
			layer = m.layer
			if !back {
				return layer
			}
		}
	}
	return layer
}

func (d *Device) maker(v *device.View) (m maker, ok bool) {
	if v == nil || !hashable(v.Buffer) {
		return m, false
	}
	m, ok = d.made[v.Buffer]
	return m, ok
}

// settle gives an event the layer that it turned out to belong to.
func (d *Device) settle(call int, layer string) {
	if n := d.config.Events; n > 0 {
		if i := call % n; i < len(d.events) && d.events[i].Number == call {
			d.events[i].Layer = layer
		}
	}
}

// hashable reports whether a buffer can be the key of a map. Memory of the host may be a plain slice.
func hashable(b device.Buffer) bool { return b != nil && reflect.TypeOf(b).Comparable() }
