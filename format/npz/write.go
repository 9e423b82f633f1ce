package npz

import (
	"archive/zip"
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/format"
)

func init() {
	format.Register(format.Format{
		Name: "npz", About: "NumPy's arrays: an archive of them, .npz, or a single one, .npy",
		Extensions: []string{".npz", ".npy"},
		Detect:     detect,
		Open:       func(path string) (format.File, error) { return Open(path) },
		Write:      write,
	})
}

func detect(path string, head []byte) bool {
	if strings.HasPrefix(string(head), magic) {
		return true
	}
	if !strings.HasPrefix(string(head), "PK\x03\x04") || len(head) < 30 {
		return false
	}
	first := string(head[30:min(len(head), 30+int(binary.LittleEndian.Uint16(head[26:])))])
	return strings.HasSuffix(first, ".npy") || strings.HasSuffix(strings.ToLower(path), ".npz")
}

func write(path string, f format.File, c format.WriteConfig) error {
	f, err := format.Converted(f, c)
	if err != nil {
		return err
	}
	entries := f.Entries()
	for _, e := range entries {
		if _, ok := format.NumPyOf(e.DType); !ok {
			return fmt.Errorf("%s: %q is %v, which NumPy does not have; write it as f32", path, e.Name, e.DType)
		}
	}
	if strings.HasSuffix(strings.ToLower(path), ".npy") {
		if len(entries) != 1 {
			return fmt.Errorf("%s: an .npy file holds one array, and there are %d; an .npz file holds several", path, len(entries))
		}
		return format.Replace(path, func(w io.Writer) error { return writeArray(w, f, entries[0]) })
	}
	return format.Replace(path, func(w io.Writer) error { return writeArchive(w, f) })
}

// writeArchive writes the arrays of f one after another, not compressed, as numpy.savez does.
func writeArchive(w io.Writer, f format.File) error {
	z := zip.NewWriter(w)
	seen := map[string]bool{}
	for _, e := range f.Entries() {
		if seen[e.Name] {
			return fmt.Errorf("writing an archive of arrays: the name %q stands twice", e.Name)
		}
		seen[e.Name] = true
		w, err := z.CreateHeader(&zip.FileHeader{Name: e.Name + ".npy", Method: zip.Store})
		if err != nil {
			return err
		}
		if err := writeArray(w, f, e); err != nil {
			return fmt.Errorf("writing %q: %w", e.Name, err)
		}
	}
	return z.Close()
}

func writeArray(w io.Writer, f format.File, e format.Entry) error {
	t, err := f.Tensor(e.Name)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, headerOf(t.DType(), t.Shape())); err != nil {
		return err
	}
	_, err = w.Write(format.Bytes(t))
	return err
}

// headerOf returns a header of version 1, padded so that the elements begin at a multiple of 64 bytes.
func headerOf(t device.DType, shape []int) string {
	descr, _ := format.NumPyOf(t)
	var dims strings.Builder
	for _, d := range shape {
		fmt.Fprintf(&dims, "%d, ", d)
	}
	tuple := strings.TrimSuffix(dims.String(), " ")
	if len(shape) > 1 {
		tuple = strings.TrimSuffix(tuple, ",")
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, tuple)
	const fixed, align = 10, 64
	text += strings.Repeat(" ", align-1-(fixed+len(text))%align) + "\n"
	return magic + "\x01\x00" + string(binary.LittleEndian.AppendUint16(nil, uint16(len(text)))) + text
}
