package keras

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/hdf5"
)

// write writes an HDF5 file as Keras 2 does: a whole model, if the metadata have its configuration, or its weights.
func write(path string, f format.File, c format.WriteConfig) error {
	root, err := tree(f, c)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return format.Replace(path, func(w io.Writer) error { return hdf5.Write(w, root) })
}

// metadataOf returns what is to be said about the model.
func metadataOf(f format.File, c format.WriteConfig) map[string]string {
	if c.Metadata != nil {
		return c.Metadata
	}
	return f.Metadata()
}

// tree lists what is to be written: layers in the order of the model, each with a list of its weights.
func tree(f format.File, c format.WriteConfig) (*hdf5.Node, error) {
	metadata := metadataOf(f, c)
	root := &hdf5.Node{}
	about := []hdf5.Text{
		{Name: "backend", Value: cmp.Or(metadata["backend"], "tensorflow")},
		{Name: "keras_version", Value: cmp.Or(metadata["keras_version"], "3.0.0")},
	}
	weights := root
	var layers []string
	if text := metadata["model_config"]; text != "" {
		config, err := parse(text)
		if err != nil {
			return nil, err
		}
		for _, l := range config.Config.Layers {
			layers = append(layers, l.name())
		}
		root.Texts = append(slices.Clone(about), hdf5.Text{Name: "model_config", Value: text})
		if text := metadata["training_config"]; text != "" {
			root.Texts = append(root.Texts, hdf5.Text{Name: "training_config", Value: text})
		}
		weights = root.Child("model_weights")
	}
	byLayer := map[string][]format.Entry{}
	for _, e := range f.Entries() {
		layer, _, _ := strings.Cut(e.Name, "/")
		if byLayer[layer] == nil && !slices.Contains(layers, layer) {
			layers = append(layers, layer)
		}
		byLayer[layer] = append(byLayer[layer], e)
	}
	listed := slices.DeleteFunc(slices.Clone(layers), func(s string) bool { return s == topLevel })
	weights.Texts = slices.Concat(about, split("layer_names", listed))
	for _, layer := range layers {
		if err := layerTree(weights.Child(layer), f, byLayer[layer], c.Type); err != nil {
			return nil, err
		}
	}
	return root, nil
}

// layerTree puts the weights of a layer into its group. Of layers within it, Keras 2 wants what is learned before the rest.
func layerTree(group *hdf5.Node, f format.File, entries []format.Entry, kind string) error {
	slices.SortStableFunc(entries, func(a, b format.Entry) int {
		return cmp.Compare(carried(a.Name), carried(b.Name))
	})
	var names []string
	for _, e := range entries {
		d, err := data(f, e, kind)
		if err != nil {
			return err
		}
		at := group
		for _, part := range strings.Split(e.Name, "/") {
			at = at.Child(part)
		}
		at.Data = d
		names = append(names, e.Name)
	}
	group.Texts = split("weight_names", names)
	return nil
}

// carried is 1 for a statistic, which is not learned, and 0 for anything else.
func carried(name string) int {
	switch path.Base(name) {
	case "moving_mean", "moving_variance", "mean", "variance", "count":
		return 1
	}
	return 0
}

// split returns a list as one attribute, or as several if it is too long for a header.
func split(name string, values []string) []hdf5.Text {
	longest := 1
	for _, v := range values {
		longest = max(longest, len(v))
	}
	each := max(hdf5.MaxText/longest, 1)
	if len(values) <= each {
		return []hdf5.Text{{Name: name, List: values, IsList: true}}
	}
	var list []hdf5.Text
	for part := range slices.Chunk(values, each) {
		list = append(list, hdf5.Text{Name: name + strconv.Itoa(len(list)), List: part, IsList: true})
	}
	return list
}

// kinds are the types that elements may be converted to.
var kinds = map[string]device.DType{"f16": device.Float16, "f32": device.Float32, "f64": device.Float64}

// data says how a tensor is written. It is read when its turn comes.
func data(f format.File, e format.Entry, kind string) (*hdf5.Data, error) {
	to := e.DType
	if to == device.BFloat16 {
		to = device.Float32 // every one is one of these
	}
	if kind != "" && e.DType.IsFloat() {
		var ok bool
		if to, ok = kinds[kind]; !ok {
			return nil, fmt.Errorf("a Keras file has no elements of type %q; it may have f16, f32 and f64", kind)
		}
	}
	d := &hdf5.Data{Type: hdf5.Type{Class: hdf5.Integer, Size: to.Bytes(), Signed: to != device.Uint8}}
	switch {
	case to.IsFloat():
		d.Type.Class, d.Type.Signed = hdf5.Float, false
	case to == device.Bool:
		d.Type = hdf5.Type{Class: hdf5.Bool, Size: 1}
	}
	for _, n := range e.Shape {
		d.Shape = append(d.Shape, int64(n))
	}
	d.Write = func(w io.Writer) error {
		t, err := f.Tensor(e.Name)
		if err != nil {
			return err
		}
		if !slices.Equal(t.Shape(), e.Shape) {
			return fmt.Errorf("%q was said to have shape %v, and has %v", e.Name, e.Shape, t.Shape())
		}
		_, err = w.Write(rawBytes(t.Detach().To(cpu.Device).Cast(to).Contiguous()))
		return err
	}
	return d, nil
}

// parse reads the configuration of a model.
func parse(text string) (*modelConfig, error) {
	if err := Shallow([]byte(text)); err != nil {
		return nil, err
	}
	m := &modelConfig{}
	if err := json.Unmarshal([]byte(text), m); err != nil {
		return nil, fmt.Errorf("%w: the model's configuration: %w", format.ErrFormat, err)
	}
	if slices.Contains(m.Config.Layers, nil) {
		return nil, fmt.Errorf("%w: the model's configuration has a layer that is null", format.ErrFormat)
	}
	return m, nil
}
