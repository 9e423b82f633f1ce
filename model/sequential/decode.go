package sequential

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/model"
)

// read takes the kind out of a layer's object.
func read(text json.RawMessage) (kind string, keys map[string]json.RawMessage, err error) {
	if err := json.Unmarshal(text, &keys); err != nil {
		return "", nil, fmt.Errorf(`want an object such as {"layer": "relu"}, not %s`, text)
	}
	if raw, ok := keys["layer"]; ok {
		if err := json.Unmarshal(raw, &kind); err != nil {
			return "", nil, fmt.Errorf("the layer's name is %s; want a word in quotes", raw)
		}
	}
	delete(keys, "layer")
	return kind, keys, nil
}

// decode puts the values of an object into the fields of the struct that to points to; a key is the field's name in snake
// case.
func decode(to any, keys map[string]json.RawMessage) error {
	v := reflect.ValueOf(to).Elem()
	for key, raw := range keys {
		f := field(v, key)
		if !f.IsValid() {
			return unknown(key, keysOf(v.Type()))
		}
		d := json.NewDecoder(bytes.NewReader(raw))
		if err := d.Decode(f.Addr().Interface()); err != nil {
			return fmt.Errorf("%s: %s does not fit; want %s", key, raw, wanted(f.Type()))
		}
	}
	return nil
}

func unknown(key string, known []string) error {
	if len(known) == 0 {
		return fmt.Errorf("no key %q; it takes none", key)
	}
	if n := model.Nearest(key, known); n != "" {
		return fmt.Errorf("no key %q; did you mean %s?", key, n)
	}
	return fmt.Errorf("no key %q; there are %s", key, strings.Join(known, ", "))
}

func field(v reflect.Value, key string) reflect.Value {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		switch {
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			if found := field(v.Field(i), key); found.IsValid() {
				return found
			}
		case settable(f) && model.Key(f.Name) == key:
			return v.Field(i)
		}
	}
	return reflect.Value{}
}

// keysOf returns the keys of a struct.
func keysOf(t reflect.Type) (keys []string) {
	for i := range t.NumField() {
		f := t.Field(i)
		switch {
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			keys = append(keys, keysOf(f.Type)...)
		case settable(f):
			keys = append(keys, model.Key(f.Name))
		}
	}
	slices.Sort(keys)
	return keys
}

// settable reports whether a field is a hyperparameter: a number, a word, a yes or no, or a list of such, or layers.
func settable(f reflect.StructField) bool {
	t := f.Type
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Array || t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int64, reflect.Float64, reflect.String, reflect.Uint8:
		return f.IsExported()
	}
	return false
}

func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.String:
		return "a word in quotes"
	}
	return "a list"
}
