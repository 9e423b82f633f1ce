package keras

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	files "github.com/jimu-ml/jimu/format/keras"
)

// A description is a layer, or a model, as a file describes it.
type description struct {
	ClassName string                     `json:"class_name"`
	Module    string                     `json:"module"`
	Name      string                     `json:"name"`
	Config    map[string]json.RawMessage `json:"config"`
	Nodes     json.RawMessage            `json:"inbound_nodes"`
	Build     struct {
		Shape json.RawMessage `json:"input_shape"`
	} `json:"build_config"`
}

// UnmarshalJSON reads a description. The configuration of a Sequential model is, in the files of early versions, the list
// of its layers alone.
func (d *description) UnmarshalJSON(b []byte) error {
	type plain description
	whole := struct {
		*plain
		Config json.RawMessage `json:"config"`
	}{plain: (*plain)(d)}
	if err := json.Unmarshal(b, &whole); err != nil {
		return err
	}
	switch {
	case len(whole.Config) == 0:
		return nil
	case whole.Config[0] == '[':
		d.Config = map[string]json.RawMessage{"layers": whole.Config}
		return nil
	}
	return json.Unmarshal(whole.Config, &d.Config)
}

// name returns what the layer is called.
func (d *description) name() string {
	var s string
	if json.Unmarshal(d.Config["name"], &s) == nil && s != "" {
		return s
	}
	if d.Name != "" {
		return d.Name
	}
	return strings.ToLower(d.ClassName)
}

func (d *description) isModel() bool {
	return slices.Contains([]string{"Sequential", "Functional", "Model"}, d.ClassName)
}

// layers returns the layers of a model.
func (d *description) layers() ([]*description, error) {
	var list []*description
	if err := json.Unmarshal(d.Config["layers"], &list); err != nil {
		return nil, fmt.Errorf("%s %q: its layers: %w", d.ClassName, d.name(), err)
	}
	if slices.Contains(list, nil) {
		return nil, fmt.Errorf("%s %q has a layer that is null", d.ClassName, d.name())
	}
	return list, nil
}

// parse reads the description of a model.
func parse(text []byte) (*description, error) {
	if err := files.Shallow(text); err != nil {
		return nil, err
	}
	d := &description{}
	if err := json.Unmarshal(text, d); err != nil {
		return nil, fmt.Errorf("the model's description: %w", err)
	}
	if !d.isModel() {
		return nil, fmt.Errorf("it describes a %q, and no model of layers", d.ClassName)
	}
	unknown := map[string][]string{}
	if err := d.unknown(unknown); err != nil {
		return nil, err
	}
	return d, complain(unknown)
}

// unknown gathers the classes that are not in the table, with the names of the layers that are of them.
func (d *description) unknown(found map[string][]string) error {
	if !d.isModel() {
		if _, ok := table[d.ClassName]; !ok {
			found[d.ClassName] = append(found[d.ClassName], d.name())
		}
		for _, key := range []string{"layer", "backward_layer"} {
			h := &hyper{values: d.Config}
			if l := h.layer(key); l != nil {
				if err := l.unknown(found); err != nil {
					return err
				}
			}
		}
		return nil
	}
	layers, err := d.layers()
	for _, l := range layers {
		if err == nil {
			err = l.unknown(found)
		}
	}
	return err
}

// ErrLayer is wrapped by the error that names the classes of layers that are not known here.
var ErrLayer = errors.New("layers of classes that are not known here")

func complain(unknown map[string][]string) error {
	if len(unknown) == 0 {
		return nil
	}
	var list []string
	for class, names := range unknown {
		list = append(list, fmt.Sprintf("%s (%s)", class, strings.Join(names[:min(len(names), 3)], ", ")))
	}
	slices.Sort(list)
	err := fmt.Errorf("%w: %s", ErrLayer, strings.Join(list, "; "))
	if unknown["Lambda"] != nil {
		err = fmt.Errorf("%w; a Lambda is a program in the file, and programs in files are never run", err)
	}
	return err
}
