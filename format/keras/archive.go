package keras

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/jimu-ml/jimu/format"
)

// maxText is the largest configuration that is read, in bytes.
const maxText = 64 << 20

// openArchive opens a .keras file.
func openArchive(path string) (format.File, error) { return readFrom(path, (*file).readArchive) }

// readArchive reads the texts of an archive, and finds its weights.
func (f *file) readArchive(r io.ReaderAt, size int64) error {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return fmt.Errorf("%w: as a zip archive: %w", format.ErrFormat, err)
	}
	members := map[string]*zip.File{}
	for _, m := range z.File {
		if members[m.Name] != nil {
			return fmt.Errorf("%w: %q is twice in the archive", format.ErrFormat, m.Name)
		}
		members[m.Name] = m
	}
	config, err := text(members, configFile)
	if err != nil {
		return err
	}
	f.metadata["model_config"] = config
	about, err := text(members, metadataFile)
	if err != nil {
		return err
	}
	var m map[string]any
	if err := json.Unmarshal([]byte(about), &m); err != nil {
		return fmt.Errorf("%w: %s: %w", format.ErrFormat, metadataFile, err)
	}
	for key, v := range m {
		if s, ok := v.(string); ok {
			f.metadata[key] = s
		}
	}
	return f.weights(r, size, members[weightsFile])
}

// text reads a file of an archive that is JSON.
func text(members map[string]*zip.File, name string) (string, error) {
	m := members[name]
	if m == nil {
		return "", fmt.Errorf("%w: the archive has no %s", format.ErrFormat, name)
	}
	b, err := whole(m, maxText)
	if err != nil {
		return "", err
	}
	if err := Shallow(b); err != nil {
		return "", err
	}
	if !json.Valid(b) {
		return "", fmt.Errorf("%w: %s is no JSON", format.ErrFormat, name)
	}
	return string(b), nil
}

// whole reads a file of an archive that says how long it is and is no longer.
func whole(m *zip.File, most uint64) ([]byte, error) {
	if m.UncompressedSize64 > most {
		return nil, fmt.Errorf("%w: %s has %d bytes; %d are read at most", format.ErrFormat, m.Name, m.UncompressedSize64, most)
	}
	r, err := m.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", format.ErrFormat, m.Name, err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, int64(most)+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", format.ErrFormat, m.Name, err)
	}
	return b, nil
}

// weights opens the HDF5 file in an archive: where it lies, or, if it is compressed, in memory.
func (f *file) weights(r io.ReaderAt, size int64, m *zip.File) error {
	if m == nil {
		return fmt.Errorf("%w: the archive has no %s; weights in several files are not read", format.ErrFormat, weightsFile)
	}
	if m.Method != zip.Store {
		b, err := whole(m, 64<<20+32*uint64(size))
		if err != nil {
			return err
		}
		return f.read(bytes.NewReader(b), int64(len(b)))
	}
	at, err := m.DataOffset()
	if err != nil {
		return fmt.Errorf("%w: %s: %w", format.ErrFormat, m.Name, err)
	}
	n := int64(m.UncompressedSize64)
	if at < 0 || n < 0 || at > size || n > size-at {
		return fmt.Errorf("%w: %s would lie at bytes %d to %d of %d", format.ErrFormat, m.Name, at, at+n, size)
	}
	return f.read(io.NewSectionReader(r, at, n), n)
}
