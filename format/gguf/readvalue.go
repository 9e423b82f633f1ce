package gguf

import (
	"fmt"
	"reflect"
)

// Read stores a value of the metadata in what into points to: a variable of its type in the file, or a pointer to one. What is
// not in the file leaves it as it is. Integers fit into another integer type if their value does.
func (f *File) Read(key string, into any) error {
	if _, ok := f.header.values[key]; !ok {
		return nil
	}
	v, err := f.Value(key)
	if err != nil {
		return err
	}
	to := reflect.ValueOf(into).Elem()
	if to.Kind() == reflect.Pointer {
		to.Set(reflect.New(to.Type().Elem()))
		to = to.Elem()
	}
	x := reflect.ValueOf(v)
	switch {
	case x.Type() == to.Type():
		to.Set(x)
		return nil
	case x.CanInt() && to.CanUint() && x.Int() >= 0 && !to.OverflowUint(uint64(x.Int())),
		x.CanUint() && to.CanUint() && !to.OverflowUint(x.Uint()),
		x.CanInt() && to.CanInt() && !to.OverflowInt(x.Int()):
		to.Set(x.Convert(to.Type()))
		return nil
	}
	return fmt.Errorf("metadata %q is of type %T, and not %s", key, v, to.Type())
}
