package keras

import (
	"archive/zip"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/hdf5"
)

// writeArchive writes a .keras file. It needs the model's configuration, which says what its layers are.
func writeArchive(path string, f format.File, c format.WriteConfig) error {
	metadata := metadataOf(f, c)
	text := metadata["model_config"]
	if text == "" {
		return fmt.Errorf("%s: a .keras file holds a model, and nothing says what model this is (model_config); weights alone go into a .h5 file", path)
	}
	root, err := archiveTree(f, c, text)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	config, err := modern([]byte(text))
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	about, err := json.Marshal(map[string]string{"keras_version": cmp.Or(metadata["keras_version"], "3.0.0"), "date_saved": metadata["date_saved"]})
	if err != nil {
		return err
	}
	return format.Replace(path, func(w io.Writer) error {
		z := zip.NewWriter(w)
		for _, m := range []struct {
			name  string
			write func(w io.Writer) error
		}{
			{metadataFile, func(w io.Writer) error { _, err := w.Write(about); return err }},
			{configFile, func(w io.Writer) error { _, err := w.Write(config); return err }},
			{weightsFile, func(w io.Writer) error { return hdf5.Write(w, root) }},
		} {
			w, err := z.CreateHeader(&zip.FileHeader{Name: m.name, Method: zip.Store})
			if err != nil {
				return err
			}
			if err := m.write(w); err != nil {
				return err
			}
		}
		return z.Close()
	})
}

// archiveTree lists the weights by the groups that Keras 3 looks for them in.
func archiveTree(f format.File, c format.WriteConfig, text string) (*hdf5.Node, error) {
	config, err := parse(text)
	if err != nil {
		return nil, err
	}
	groups := map[string][]format.Entry{}
	var paths, homeless []string
	for _, e := range f.Entries() {
		group, ok := config.group(strings.Split(e.Name, "/"), 0)
		if !ok {
			homeless = append(homeless, e.Name)
			continue
		}
		if groups[group] == nil {
			paths = append(paths, group)
		}
		groups[group] = append(groups[group], e)
	}
	if len(homeless) > 0 {
		return nil, fmt.Errorf("the model has no layer for %s", strings.Join(homeless[:min(len(homeless), 8)], ", "))
	}
	root := &hdf5.Node{}
	for _, p := range paths {
		entries := groups[p]
		at := named(root, strings.Split(p, "/"), strings.Split(path.Dir(entries[0].Name), "/"))
		slices.SortStableFunc(entries, func(a, b format.Entry) int { return cmp.Compare(rank(path.Base(a.Name)), rank(path.Base(b.Name))) })
		for i, e := range entries {
			if at.Child(strconv.Itoa(i)).Data, err = data(f, e, c.Type); err != nil {
				return nil, err
			}
		}
	}
	return root, nil
}

// named returns the group of the variables of a layer, behind groups for those that it is in, each of which says its name.
func named(at *hdf5.Node, parts, names []string) *hdf5.Node {
	for _, part := range parts {
		at = at.Child(part)
		if part == "layers" {
			continue
		}
		vars := at.Child("vars")
		if len(names) > 0 {
			vars.Texts = []hdf5.Text{{Name: "name", Value: names[0]}}
			names = names[1:]
		}
	}
	return at.Child("vars")
}

// group returns the group of a variable in a model, by the names of the layers that it is in and its own.
func (m *modelConfig) group(name []string, depth int) (string, bool) {
	used := map[string]int{}
	for _, l := range m.Config.Layers {
		class := l.part(used)
		if l.name() != name[0] || len(name) < 2 || depth > 16 {
			continue
		}
		find := l.within
		if len(l.Config.Layers) > 0 {
			find = l.group
		}
		rest, ok := find(name[1:], depth+1)
		return path.Join("layers", class, rest), ok
	}
	return "", false
}

// within returns where in the group of a layer that is no model a variable is.
func (m *modelConfig) within(name []string, depth int) (string, bool) {
	if depth > 16 {
		return "", false
	}
	inner := func(group string, l *modelConfig) (string, bool) {
		if l == nil || len(name) < 2 {
			return "", false
		}
		rest, ok := l.within(name[1:], depth+1)
		return path.Join(group, rest), ok
	}
	switch m.ClassName {
	case "LSTM", "GRU", "SimpleRNN":
		return "cell", len(name) <= 2
	case "TimeDistributed":
		return inner("layer", m.Config.Layer)
	case "Bidirectional":
		back := m.Config.BackwardLayer
		if strings.HasPrefix(name[0], "backward") || back != nil && back.name() == name[0] {
			return inner("backward_layer", cmp.Or(back, m.Config.Layer))
		}
		return inner("forward_layer", m.Config.Layer)
	case "MultiHeadAttention":
		group := map[string]string{"query": "query_dense", "key": "key_dense", "value": "value_dense", "attention_output": "output_dense"}[name[0]]
		return group, group != "" && len(name) == 2
	}
	return "", len(name) == 1
}

var (
	upperThenLower = regexp.MustCompile("(.)([A-Z][a-z]+)")
	lowerThenUpper = regexp.MustCompile("([a-z])([A-Z])")
)

// snake writes the name of a class as Keras does: Conv2DTranspose as conv2d_transpose.
func snake(class string) string {
	class = upperThenLower.ReplaceAllString(class, "${1}_$2")
	return strings.ToLower(lowerThenUpper.ReplaceAllString(class, "${1}_$2"))
}

// modern writes a configuration of Keras 2 so that Keras 3 takes it from an archive: each layer says which module it is of.
func modern(text []byte) ([]byte, error) {
	var top map[string]any
	if err := json.Unmarshal(text, &top); err != nil {
		return nil, fmt.Errorf("%w: the model's configuration: %w", format.ErrFormat, err)
	}
	if top["module"] != nil {
		return text, nil
	}
	if top["class_name"] == "Model" {
		top["class_name"] = "Functional"
	}
	if layers, ok := top["config"].([]any); ok {
		top["config"] = map[string]any{"name": "sequential", "layers": layers}
	}
	if !moderns(top, "keras") {
		return nil, errors.New("the model's configuration has a layer without class_name")
	}
	return json.Marshal(top)
}

// moderns puts the module to a layer, and to those in it.
func moderns(layer map[string]any, module string) bool {
	class, ok := layer["class_name"].(string)
	if !ok {
		return false
	}
	if layer["module"] == nil {
		layer["module"], layer["registered_name"] = module, nil
	}
	if class == "Functional" {
		layer["module"] = "keras.src.models.functional"
	}
	config, _ := layer["config"].(map[string]any)
	layers, _ := config["layers"].([]any)
	for _, key := range []string{"layer", "backward_layer"} {
		if config[key] != nil {
			layers = append(layers, config[key])
		}
	}
	for _, l := range layers {
		inner, ok := l.(map[string]any)
		if !ok {
			return false
		}
		module := "keras.layers"
		if c := inner["class_name"]; c == "Functional" || c == "Sequential" || c == "Model" {
			module = "keras"
		}
		if inner["class_name"] == "Model" {
			inner["class_name"] = "Functional"
		}
		if !moderns(inner, module) {
			return false
		}
	}
	return true
}
