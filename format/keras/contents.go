package keras

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/hdf5"
)

// contents are the groups and arrays of an HDF5 file by their paths.
type contents struct {
	groups map[string]*hdf5.Object
	arrays map[string]*hdf5.Object
	order  []string // of the arrays
}

func (c *contents) visit(o *hdf5.Object) error {
	if o.IsDataset() {
		c.arrays[o.Path] = o
		c.order = append(c.order, o.Path)
	} else {
		c.groups[o.Path] = o
	}
	return nil
}

// texts returns the attributes of a group that are text, as lists.
func (c *contents) texts(group string) (map[string][]string, error) {
	texts := map[string][]string{}
	o := c.groups[group]
	if o == nil {
		return texts, nil
	}
	attributes, err := o.Attributes()
	if err != nil {
		return nil, err
	}
	for _, a := range attributes {
		if a.Type.Class != hdf5.String && a.Type.Class != hdf5.VarString {
			if len(a.Data) == 0 {
				texts[a.Name] = nil // an empty list has numbers in it, says NumPy
			}
			continue
		}
		if texts[a.Name], err = a.Strings(); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// list returns an attribute that is a list, or that was cut in pieces since it is too long for a header: name0, name1, ….
func list(texts map[string][]string, name string) ([]string, bool) {
	if whole, ok := texts[name]; ok {
		return whole, true
	}
	var all []string
	for i := 0; ; i++ {
		part, ok := texts[name+strconv.Itoa(i)]
		if !ok {
			return all, i > 0
		}
		all = append(all, part...)
	}
}

// describe keeps the texts at the root and at the weights as metadata.
func (f *file) describe(c *contents) error {
	for _, group := range []string{"", "model_weights"} {
		texts, err := c.texts(group)
		if err != nil {
			return err
		}
		for _, key := range []string{"model_config", "training_config", "keras_version", "backend"} {
			if v := texts[key]; len(v) == 1 && f.metadata[key] == "" {
				f.metadata[key] = v[0]
			}
		}
	}
	return nil
}

// A name is what an array is called, and where it is.
type name struct{ name, path string }

// names finds what the arrays are called: by the lists of Keras 2, the numbers of Keras 3, or their paths.
func (c *contents) names(metadata map[string]string) ([]name, error) {
	for _, group := range []string{"model_weights", ""} {
		texts, err := c.texts(group)
		if err != nil {
			return nil, err
		}
		if layers, ok := list(texts, "layer_names"); ok {
			metadata["weights"] = "listed by layer"
			return c.listed(group, layers)
		}
	}
	for _, container := range containers {
		if c.groups[container] != nil {
			metadata["weights"] = "numbered by layer"
			return c.numbered(metadata["model_config"])
		}
	}
	var names []name
	for _, p := range c.order {
		names = append(names, name{p, p})
	}
	return names, nil
}

// listed takes the weights of each layer that a list names, in its order.
func (c *contents) listed(group string, layers []string) ([]name, error) {
	var names []name
	seen := map[string]bool{}
	if !slices.Contains(layers, topLevel) && c.groups[path.Join(group, topLevel)] != nil {
		layers = append(layers, topLevel)
	}
	for _, layer := range layers {
		at := path.Join(group, layer)
		texts, err := c.texts(at)
		if err != nil {
			return nil, err
		}
		weights, _ := list(texts, "weight_names")
		for _, w := range weights {
			n := name{inLayer(layer, w), path.Join(at, w)}
			if c.arrays[n.path] == nil {
				return nil, fmt.Errorf("%w: layer %q has a weight %q, and it is not in the file", format.ErrFormat, layer, w)
			}
			if seen[n.name] {
				n.name = path.Join(layer, w)
			}
			seen[n.name] = true
			names = append(names, n)
		}
	}
	return names, nil
}

// topLevel is the group of the weights that are in no layer.
const topLevel = "top_level_model_weights"

// inLayer returns the name of a weight, behind that of its layer; a weight's own may begin with the model's or the layer's.
func inLayer(layer, weight string) string {
	weight, _, _ = strings.Cut(weight, ":")
	if weight == layer {
		return layer
	}
	if rest, ok := strings.CutPrefix(weight, layer+"/"); ok {
		return path.Join(layer, rest)
	}
	if _, rest, ok := strings.Cut(weight, "/"+layer+"/"); ok {
		return path.Join(layer, rest)
	}
	return path.Join(layer, weight)
}

// containers are the groups of Keras 3, and of 2.12 before it, that hold layers and are none.
var containers = []string{"layers", "_layer_checkpoint_dependencies"}

// numbered takes the weights of Keras 3, from their paths: layers/bidirectional/forward_layer/cell/vars/0.
func (c *contents) numbered(config string) ([]name, error) {
	type place struct {
		name
		rank []int
	}
	var places []place
	layers := layersOf(config)
	count := map[string]int{}
	for _, p := range c.order {
		count[path.Dir(p)]++
	}
	for _, p := range c.order {
		parts := strings.Split(p, "/")
		if state(parts) || len(parts) < 2 || parts[len(parts)-2] != "vars" {
			continue
		}
		number, err := strconv.Atoi(parts[len(parts)-1])
		if err != nil {
			continue
		}
		parts = parts[:len(parts)-2]
		var called []string
		pl := place{}
		for i, part := range parts {
			if slices.Contains(containers, part) && c.groups[strings.Join(append(parts[:i:i], part, "vars"), "/")] == nil {
				continue
			}
			texts, err := c.texts(strings.Join(append(parts[:i+1:i+1], "vars"), "/"))
			if err != nil {
				return nil, err
			}
			group := strings.Join(parts[:i+1], "/")
			known, ok := layers[group]
			if !ok {
				known = layerPlace{part, cmp.Or(sublayers[part], 100+len(layers))} // those that nothing is known of as they come
				layers[group] = known
			}
			if own := texts["name"]; len(own) == 1 && own[0] != "" {
				known.name = own[0]
			}
			called, pl.rank = append(called, known.name), append(pl.rank, known.rank)
		}
		class := topLevel
		if len(parts) > 0 {
			class = parts[len(parts)-1]
		}
		pl.rank = append(pl.rank, number)
		pl.name = name{path.Join(append(called, variable(class, number, count[path.Dir(p)]))...), p}
		places = append(places, pl)
	}
	slices.SortStableFunc(places, func(a, b place) int { return slices.Compare(a.rank, b.rank) })
	names := make([]name, len(places))
	for i, p := range places {
		names[i] = p.name
	}
	return names, nil
}

// state reports whether a path is that of what a run needs beside the weights.
func state(parts []string) bool {
	return parts[0] == "optimizer" || parts[0] == "optimizer_weights" || slices.Contains(parts, "seed_generator")
}

// A layerPlace is what a layer is called, and its place among its model's.
type layerPlace struct {
	name string
	rank int
}

// layersOf returns the layers of a model by their groups: the first Dense is in layers/dense, the second in layers/dense_1.
func layersOf(config string) map[string]layerPlace {
	layers := map[string]layerPlace{}
	if m, err := parse(config); err == nil {
		for _, container := range containers {
			m.visit(container, 0, func(group string, l *modelConfig, i int) { layers[group] = layerPlace{l.name(), i} })
		}
	}
	return layers
}

// A modelConfig is what is read here of a layer's or a model's configuration.
type modelConfig struct {
	ClassName string `json:"class_name"`
	Config    struct {
		Name          string
		Layers        []*modelConfig
		Layer         *modelConfig
		BackwardLayer *modelConfig `json:"backward_layer"`
	}
	Name string // of a layer in a functional model, by older versions
}

// UnmarshalJSON reads a configuration, which in the files of early versions is only the list of layers.
func (m *modelConfig) UnmarshalJSON(b []byte) error {
	type plain modelConfig
	var whole struct {
		*plain
		Config json.RawMessage
	}
	whole.plain = (*plain)(m)
	if err := json.Unmarshal(b, &whole); err != nil {
		return err
	}
	if len(whole.Config) > 0 && whole.Config[0] == '[' {
		return json.Unmarshal(whole.Config, &m.Config.Layers)
	}
	if len(whole.Config) == 0 {
		return nil
	}
	return json.Unmarshal(whole.Config, &m.Config)
}

func (m *modelConfig) name() string { return cmp.Or(m.Config.Name, m.Name) }

// visit calls f for each layer, with its group and its place among its model's layers.
func (m *modelConfig) visit(container string, depth int, f func(group string, m *modelConfig, i int)) {
	used := map[string]int{}
	for i, l := range m.Config.Layers {
		group := path.Join(container, l.part(used))
		f(group, l, i)
		l.inside(group, container, depth, f)
	}
}

// inside visits what is in a layer: the layers of a model, or the one that is wrapped.
func (m *modelConfig) inside(group, container string, depth int, f func(group string, m *modelConfig, i int)) {
	switch in := m.Config.Layer; {
	case depth > 16:
	case len(m.Config.Layers) > 0:
		m.visit(path.Join(group, path.Base(container)), depth+1, f)
	case m.ClassName == "TimeDistributed" && in != nil:
		f(path.Join(group, "layer"), in, 0)
		in.inside(path.Join(group, "layer"), container, depth+1, f)
	}
}

// part returns the last part of a layer's group, given how many of each class came before.
func (m *modelConfig) part(used map[string]int) string {
	class := snake(m.ClassName)
	n := used[class]
	used[class]++
	if n > 0 {
		class += "_" + strconv.Itoa(n)
	}
	return class
}
