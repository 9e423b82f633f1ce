package recipe

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/model"
)

// fill puts the values of an object into the fields of the struct that to points to. A key is the field's JSON tag, or its
// name in snake case; embedded structs count as if their fields were the struct's. Keys in skip are passed over.
func fill(to any, o object, path string, skip ...string) error {
	v := reflect.ValueOf(to).Elem()
	for _, key := range slices.Sorted(maps.Keys(o)) {
		if slices.Contains(skip, key) {
			continue
		}
		f, ok := field(v, key)
		if !ok {
			return unknown(join(path, key), prefixed(path, append(keys(v.Interface()), skip...)))
		}
		if err := assign(f, o[key], join(path, key)); err != nil {
			return err
		}
	}
	return nil
}

// keys returns the keys of a struct, in the order of its fields.
func keys(of any) []string {
	var found []string
	if of == nil {
		return nil
	}
	t := reflect.TypeOf(of)
	for i := range t.NumField() {
		f := t.Field(i)
		switch {
		case f.Anonymous:
			found = append(found, keys(reflect.New(f.Type).Elem().Interface())...)
		case keyOf(f) != "":
			found = append(found, keyOf(f))
		}
	}
	return found
}

// keyOf returns the key of a field, or nothing if it cannot be set.
func keyOf(f reflect.StructField) string {
	switch f.Type.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Uint64, reflect.Float64, reflect.Slice:
	default:
		return ""
	}
	if !f.IsExported() {
		return ""
	}
	if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
		return name
	}
	return model.Key(f.Name)
}

func field(v reflect.Value, key string) (reflect.Value, bool) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Anonymous {
			if found, ok := field(v.Field(i), key); ok {
				return found, true
			}
		} else if keyOf(f) == key {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

// assign puts a JSON value into a field.
func assign(f reflect.Value, v any, path string) error {
	if f.Type() == reflect.TypeFor[json.RawMessage]() { // an object within, whose keys are its reader's to know
		if _, ok := v.(object); !ok {
			return errorf(path, "want an object in braces, not %s", shown(v))
		}
		text, err := json.Marshal(v)
		if err != nil {
			return errorf(path, "%v", err)
		}
		f.SetBytes(text)
		return nil
	}
	switch f.Kind() {
	case reflect.Interface: // whoever the part belongs to reads it
		if v == nil {
			return errorf(path, "want something, not null")
		}
		f.Set(reflect.ValueOf(v))
		return nil
	case reflect.String:
		if s, ok := v.(string); ok {
			f.SetString(s)
			return nil
		}
		return errorf(path, "want a word in quotes, not %s", shown(v))
	case reflect.Bool:
		if b, ok := v.(bool); ok {
			f.SetBool(b)
			return nil
		}
		return errorf(path, "want true or false, not %s", shown(v))
	case reflect.Slice:
		list, ok := v.([]any)
		if !ok {
			return errorf(path, "want a list in brackets, not %s", shown(v))
		}
		s := reflect.MakeSlice(f.Type(), len(list), len(list))
		for i, x := range list {
			if err := assign(s.Index(i), x, fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
		f.Set(s)
		return nil
	}
	return assignNumber(f, v, path)
}

func assignNumber(f reflect.Value, v any, path string) error {
	n, ok := v.(json.Number)
	if !ok {
		return errorf(path, "want a number, not %s", shown(v))
	}
	x, err := n.Float64()
	if err != nil {
		return errorf(path, "%s is too large a number", n)
	}
	if f.Kind() == reflect.Float64 {
		f.SetFloat(x)
		return nil
	}
	if x != math.Trunc(x) || math.Abs(x) > 1<<53 {
		return errorf(path, "want a whole number, not %s", n)
	}
	if f.Kind() == reflect.Uint64 {
		if x < 0 {
			return errorf(path, "want a number that is not negative, not %s", n)
		}
		f.SetUint(uint64(x))
		return nil
	}
	f.SetInt(int64(x))
	return nil
}

// shown returns a value as it stood in the document, shortened.
func shown(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	if s := []rune(string(text)); len(s) > 40 {
		return string(s[:39]) + "…"
	}
	return string(text)
}
