package keras

import (
	"encoding/json"
	"fmt"
	"slices"
)

// nodesOf reads where the inputs of a layer come from, each time it is used.
func nodesOf(text json.RawMessage) ([]node, error) {
	if len(text) == 0 {
		return nil, nil
	}
	var uses []json.RawMessage
	if err := json.Unmarshal(text, &uses); err != nil {
		return nil, fmt.Errorf("its inputs: %w", err)
	}
	var nodes []node
	for _, u := range uses {
		var n node
		var err error
		if u[0] == '{' {
			n, err = modernNode(u)
		} else {
			n, err = oldNode(u)
		}
		if err != nil {
			return nil, fmt.Errorf("its inputs: %w", err)
		}
		nodes = append(nodes, n)
	}
	return nodes, nil
}

// modernNode reads a use as Keras 3 writes it: the arguments of a call, with tensors in them.
func modernNode(text json.RawMessage) (n node, err error) {
	var u struct {
		Args   []any
		Kwargs map[string]any
	}
	if err := json.Unmarshal(text, &u); err != nil {
		return n, err
	}
	if n.in, err = tensorsIn(u.Args, nil); err != nil {
		return n, err
	}
	return n, n.keywords(u.Kwargs)
}

// tensorsIn gathers the tensors in arguments.
func tensorsIn(v any, found []ref) ([]ref, error) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			var err error
			if found, err = tensorsIn(x, found); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		if v["class_name"] != "__keras_tensor__" {
			return nil, fmt.Errorf("an argument is a %v", v["class_name"])
		}
		config, _ := v["config"].(map[string]any)
		history, _ := config["keras_history"].([]any)
		r, ok := refOf(history)
		if !ok {
			return nil, fmt.Errorf("a tensor comes from %v", config["keras_history"])
		}
		found = append(found, r)
	case nil:
	case float64:
		found = append(found, ref{constant: &v})
	default:
		return nil, fmt.Errorf("an argument is %v", v)
	}
	return found, nil
}

// keywords reads arguments that are given by name.
func (n *node) keywords(kwargs map[string]any) error {
	for _, key := range []string{"value", "key", "initial_state"} {
		v := kwargs[key]
		delete(kwargs, key)
		if list, ok := v.([]any); ok {
			if r, ok := refOf(list); ok { // as Keras 2 writes a tensor
				n.in = append(n.in, r)
				continue
			}
		}
		var err error
		if n.in, err = tensorsIn(v, n.in); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	if err := n.readMasks(kwargs); err != nil {
		return err
	}
	for key, v := range kwargs {
		if key == "use_causal_mask" {
			n.causal, _ = v.(bool)
			continue
		}
		if key == "training" && v != true || v == nil || v == false {
			continue
		}
		return fmt.Errorf("the layer is called with %s = %.60v, which is not known here", key, v)
	}
	return nil
}

// maskKeys are the arguments that say which steps of an input count, and of which.
var maskKeys = map[string]int{"mask": 0, "query_mask": 0, "value_mask": 1, "key_mask": 2}

func (n *node) readMasks(kwargs map[string]any) error {
	for key, at := range maskKeys {
		v := kwargs[key]
		delete(kwargs, key)
		list, several := v.([]any)
		if !several {
			list = []any{v}
		}
		for i, one := range list {
			found, err := tensorsIn(one, nil)
			if err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
			if len(found) == 1 && found[0].constant == nil {
				if n.masks == nil {
					n.masks = map[int]ref{}
				}
				n.masks[at+i] = found[0]
			}
		}
	}
	return nil
}

// oldNode reads a use as Keras 2 writes it: a list of [layer, node, tensor, arguments].
func oldNode(text json.RawMessage) (n node, err error) {
	var list []any
	if err := json.Unmarshal(text, &list); err != nil {
		return n, err
	}
	if _, ok := refOf(list); ok {
		list = []any{list}
	}
	for _, v := range list {
		item, _ := v.([]any)
		r, ok := refOf(item)
		if !ok {
			return n, fmt.Errorf("a tensor comes from %.100v", v)
		}
		n.in = append(n.in, r)
		if len(item) > 3 {
			kwargs, _ := item[3].(map[string]any)
			if err := n.keywords(kwargs); err != nil {
				return n, err
			}
		}
	}
	return n, nil
}

// refOf reads [layer, node, tensor, …].
func refOf(list []any) (ref, bool) {
	if len(list) < 3 {
		return ref{}, false
	}
	name, ok := list[0].(string)
	node, ok1 := list[1].(float64)
	output, ok2 := list[2].(float64)
	whole := func(v float64) bool { return v >= 0 && v < 1<<30 && v == float64(int(v)) }
	return ref{layer: name, node: int(node), output: int(output)}, ok && ok1 && ok2 && whole(node) && whole(output)
}

// refsOf reads the inputs or outputs of a model: one, a list of them, or an object of them.
func refsOf(text json.RawMessage) ([]ref, error) {
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return nil, err
	}
	return appendRefs(nil, v)
}

func appendRefs(found []ref, v any) ([]ref, error) {
	var items []any
	switch v := v.(type) {
	case []any:
		if r, ok := refOf(v); ok {
			return append(found, r), nil
		}
		items = v
	case map[string]any:
		var keys []string
		for key := range v {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		for _, key := range keys {
			items = append(items, v[key])
		}
	default:
		return nil, fmt.Errorf("a tensor comes from %v", v)
	}
	for _, item := range items {
		var err error
		if found, err = appendRefs(found, item); err != nil {
			return nil, err
		}
	}
	return found, nil
}
