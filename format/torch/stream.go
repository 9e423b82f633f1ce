package torch

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/jimu-ml/jimu/format"
)

// magic is the first pickle of a stream, as the number that long integers become here.
var magic = float64(0x1950a86a20f9469cfc6c)

// readStream reads what PyTorch before 1.6 wrote: pickles of a magic number, a version, the sizes of the machine's types, the
// objects and the keys of the storages, then the storages, each with its length before it.
//
// A file of one pickle that is no magic number is what Python's module pickle wrote: its arrays are NumPy's.
func readStream(r io.ReaderAt, size int64) (any, source, error) {
	s := source{r: r, at: map[string]int64{}, order: binary.LittleEndian}
	in := bufio.NewReader(io.NewSectionReader(r, 0, size))
	m := &machine{r: in, left: min(size, maxPickle)}
	first, err := m.load()
	if err != nil || first != any(magic) {
		return first, s, err
	}
	version, err := m.load()
	if err == nil && version != any(int64(1001)) {
		err = fmt.Errorf("%w: version %v of PyTorch's streams is unknown", format.ErrFormat, version)
	}
	if err != nil {
		return nil, s, err
	}
	info, err := m.load()
	if err != nil {
		return nil, s, err
	}
	if d, ok := info.(*dict); ok {
		if little, ok := d.get("little_endian"); ok && little == false {
			s.order = binary.BigEndian
		}
	}
	storages := map[string]*storage{}
	m.find = func(id any) (any, error) { return streamStorage(id, storages, size) }
	root, err := m.load()
	if err != nil {
		return nil, s, err
	}
	keys, err := m.load()
	if err != nil {
		return nil, s, err
	}
	return root, s, s.place(keys, storages, m.at, size)
}

// place finds where each storage lies, in the order of the keys.
func (s *source) place(keys any, storages map[string]*storage, at, size int64) error {
	list, ok := itemsOf(keys)
	if !ok {
		return fmt.Errorf("%w: the keys of the storages are no list", format.ErrFormat)
	}
	for _, k := range list {
		key, _ := keyText(k)
		st := storages[key]
		if st == nil {
			return fmt.Errorf("%w: nothing refers to the storage %q", format.ErrFormat, key)
		}
		var length [8]byte
		if _, err := s.r.ReadAt(length[:], at); err != nil {
			return fmt.Errorf("%w: it ends before the storage %q", format.ErrFormat, key)
		}
		if n := s.order.Uint64(length[:]); n != uint64(st.length) {
			return fmt.Errorf("%w: the storage %q has %d elements, not %d", format.ErrFormat, key, n, st.length)
		}
		at += 8
		s.at[key] = at
		if at += st.length * int64(st.element.Bytes); at > size {
			return fmt.Errorf("%w: it ends inside the storage %q", format.ErrFormat, key)
		}
		delete(storages, key)
	}
	for key := range storages {
		return fmt.Errorf("%w: the storage %q is not in the file", format.ErrFormat, key)
	}
	return nil
}

// streamStorage returns the storage of an id, or the view of one. The lengths of all that have one key must agree.
func streamStorage(id any, storages map[string]*storage, size int64) (*storage, error) {
	st, err := storageOf(id)
	if err != nil {
		return nil, err
	}
	if st.length > math.MaxInt64/16 || st.length*int64(st.element.Bytes) > size {
		return nil, fmt.Errorf("the storage %q of %d elements is larger than the file", st.key, st.length)
	}
	if before := storages[st.key]; before != nil && (before.length != st.length || before.element.Name != st.element.Name) {
		return nil, fmt.Errorf("the storage %q has two lengths or types", st.key)
	}
	root := *st
	storages[st.key] = &root
	v := id.(tuple)
	if len(v) < 6 {
		return st, nil
	}
	view, ok := v[5].(tuple)
	if !ok {
		return st, nil // None
	}
	if len(view) != 3 {
		return nil, fmt.Errorf("a view of a storage has %d parts", len(view))
	}
	offset, ok := view[1].(int64)
	length, ok2 := view[2].(int64)
	if !ok || !ok2 || offset < 0 || length < 0 || offset > st.length || length > st.length-offset {
		return nil, fmt.Errorf("a view reaches outside the storage %q", st.key)
	}
	st.offset, st.length = offset, length
	return st, nil
}
