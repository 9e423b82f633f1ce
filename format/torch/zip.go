package torch

import (
	"archive/zip"
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"github.com/jimu-ml/jimu/format"
)

// A record is a file in an archive: bytes from begin to end.
type record struct {
	begin, end int64
	packed     bool // compressed
}

func (r record) len() int64 { return r.end - r.begin }

// records are the files of an archive by name.
type records map[string]record

// get returns a file that must be there and be stored as it is, as PyTorch does it: so it cannot be larger than the archive.
func (r records) get(name string) (record, error) {
	f, ok := r[name]
	switch {
	case !ok:
		return f, fmt.Errorf("%w: the archive has no %q", format.ErrFormat, name)
	case f.packed:
		return f, fmt.Errorf("%w: %q in the archive is compressed, which torch.save does not do", format.ErrFormat, name)
	}
	return f, nil
}

// readZip reads an archive: NAME/data.pkl, and a file NAME/data/KEY for each storage.
func readZip(r io.ReaderAt, size int64) (any, source, error) {
	s := source{r: r, at: map[string]int64{}, order: binary.LittleEndian}
	files, err := recordsOf(r, size)
	if err != nil {
		return nil, s, err
	}
	var dir string
	for name := range files {
		if d, ok := strings.CutSuffix(name, "/data.pkl"); ok && !strings.Contains(d, "/") {
			if dir != "" {
				return nil, s, fmt.Errorf("%w: the archive has two pickles", format.ErrFormat)
			}
			dir = d
		}
	}
	pickle, err := files.get(dir + "/data.pkl")
	if err != nil {
		return nil, s, err
	}
	if b, err := files.get(dir + "/byteorder"); err == nil && b.len() == int64(len("big")) {
		s.order = binary.BigEndian
	}
	if pickle.len() > maxPickle {
		return nil, s, fmt.Errorf("%w: its pickle has %d bytes, more than %d", format.ErrFormat, pickle.len(), maxPickle)
	}
	m := &machine{r: bufio.NewReader(io.NewSectionReader(r, pickle.begin, pickle.len())), left: pickle.len()}
	m.find = func(id any) (any, error) {
		st, err := storageOf(id)
		if err != nil {
			return nil, err
		}
		data, err := files.get(dir + "/data/" + st.key)
		if err != nil {
			return nil, err
		}
		if st.length > data.len()/int64(st.element.Bytes) {
			return nil, fmt.Errorf("the storage %q of %d elements has %d bytes", st.key, st.length, data.len())
		}
		s.at[st.key] = data.begin
		return st, nil
	}
	root, err := m.load()
	return root, s, err
}

// recordsOf returns the files of an archive.
func recordsOf(r io.ReaderAt, size int64) (records, error) {
	z, err := format.Zip(r, size)
	if err != nil {
		return nil, err
	}
	files := make(records, len(z.File))
	for _, f := range z.File {
		at, err := f.DataOffset()
		if err != nil {
			return nil, fmt.Errorf("%w: %q in the archive: %w", format.ErrFormat, f.Name, err)
		}
		files[f.Name] = record{at, at + int64(f.CompressedSize64), f.Method != zip.Store}
	}
	return files, nil
}

// storageOf reads an id: ("storage", class, key, device, length) and, in streams, the place of a view.
func storageOf(id any) (*storage, error) {
	v, ok := id.(tuple)
	if !ok || len(v) < 5 || v[0] != "storage" {
		return nil, fmt.Errorf("an id is none of a storage")
	}
	e, known := elementOf(v[1])
	if !known {
		return nil, fmt.Errorf("storages of class %v are unknown", v[1])
	}
	key, ok := keyText(v[2])
	length, ok2 := v[4].(int64)
	if !ok || !ok2 || length < 0 {
		return nil, fmt.Errorf("the id of a storage has no key or length")
	}
	return &storage{element: e, key: key, length: length}, nil
}
