package torch

import "github.com/jimu-ml/jimu/format"

// The values that a pickle can make. Numbers are int64, float64 and bool, texts are string, bytes are []byte.
type (
	// none is Python's None.
	none struct{}

	// tuple does not change once it is made.
	tuple []any

	// list also stands for sets.
	list struct{ items []any }

	// dict keeps the order in which keys came; a key that comes again stands twice, and the last one counts.
	dict struct {
		keys, values []any
		attributes   any // what BUILD gave it
	}

	// global is a name in a module of Python, nothing more.
	global struct{ module, name string }

	// object is an instance of a class that stays unknown: what it was made of, and its attributes.
	object struct {
		class global
		args  []any
		state any
		dict       // items that were set, of a class derived from dict
		list  list // or from list
	}

	// storage is a run of elements of one type in the file.
	storage struct {
		element format.Element
		key     string
		length  int64 // in elements; of an untyped one in bytes
		offset  int64 // of a view, in elements of the storage that the key names
	}

	// strided is a tensor: a view of a storage.
	strided struct {
		from          *storage
		element       format.Element
		offset        int64
		shape, stride []int64
	}

	// array is one of NumPy's, with its elements in the pickle.
	array struct {
		descr   string // such as "<f4"
		fortran bool
		shape   []int64
		raw     []byte
		opaque  bool // its elements are Python objects
	}
)

func (g global) String() string { return g.module + "." + g.name }

// get returns the value of a key that is a text.
func (d *dict) get(key string) (any, bool) {
	for i := len(d.keys) - 1; i >= 0; i-- {
		if d.keys[i] == key {
			return d.values[i], true
		}
	}
	return nil, false
}

func (d *dict) set(key, value any) {
	d.keys, d.values = append(d.keys, key), append(d.values, value)
}

// ints returns the numbers of a tuple or list.
func ints(v any) ([]int64, bool) {
	items, ok := itemsOf(v)
	if !ok {
		return nil, false
	}
	out := make([]int64, len(items))
	for i, x := range items {
		if out[i], ok = x.(int64); !ok {
			return nil, false
		}
	}
	return out, true
}

func itemsOf(v any) ([]any, bool) {
	switch v := v.(type) {
	case tuple:
		return v, true
	case *list:
		return v.items, true
	}
	return nil, false
}
