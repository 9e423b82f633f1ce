package audio

import (
	"archive/tar"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/tensor"
)

// A Recording is a sound and where it was found: its path, with slashes, below the folder or in the archive.
type Recording struct {
	Path string
	*Sound
}

// Name returns the name of the recording's file without what stands after the last dot.
func (r Recording) Name() string { return strings.TrimSuffix(path.Base(r.Path), path.Ext(r.Path)) }

// Load reads all WAV, FLAC and MP3 files below a folder, at any depth, and those in the archives in the folder itself whose names
// end in .tar, .tar.gz, .tgz or .tar.bz2, in the order of their paths. Each is made a sound of one channel with rate samples a
// second. Names that begin with a dot are passed over.
func Load(ctx context.Context, folder string, rate int) ([]Recording, error) {
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("reading sounds: there is no folder %s", folder)
	}
	var all []Recording
	err := filepath.WalkDir(folder, func(p string, d fs.DirEntry, err error) error {
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		rel, err := filepath.Rel(folder, p)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		switch {
		case rel != "." && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
		case !d.IsDir() && named(rel):
			s, err := Open(p)
			if err != nil {
				return err
			}
			return add(&all, rel, s, rate)
		case !d.IsDir() && packed(rel) && !strings.Contains(rel, "/"):
			more, err := unpackFile(p, rate)
			if err != nil {
				return err
			}
			all = append(all, more...)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading sounds: %w", err)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("reading sounds: no WAV, FLAC or MP3 file below %s", folder)
	}
	slices.SortStableFunc(all, func(a, b Recording) int { return strings.Compare(a.Path, b.Path) })
	return all, nil
}

// named reports whether a file's name says that it is a sound, packed that it is an archive.
func named(name string) bool {
	return slices.Contains([]string{".wav", ".flac", ".mp3"}, strings.ToLower(path.Ext(name)))
}

func packed(name string) bool {
	return slices.ContainsFunc([]string{".tar", ".tar.gz", ".tgz", ".tar.bz2"}, func(end string) bool { return strings.HasSuffix(name, end) })
}

func unpackFile(p string, rate int) ([]Recording, error) {
	f, err := os.Open(p)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Unpack(f, p, rate)
}

// maxUnpacked is how many bytes an archive may hold.
const maxUnpacked = 4 << 30

// Unpack reads the WAV, FLAC and MP3 files in a tar archive, in its order, as [Load] does. Gzip and bzip2 are told by how they
// begin. Name stands in its errors.
func Unpack(r io.Reader, name string, rate int) ([]Recording, error) {
	head := make([]byte, 3)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	r = io.MultiReader(bytes.NewReader(head[:n]), r)
	switch {
	case head[0] == 0x1f && head[1] == 0x8b:
		if r, err = gzip.NewReader(r); err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
	case string(head) == "BZh":
		r = bzip2.NewReader(r)
	}
	var all []Recording
	files := tar.NewReader(io.LimitReader(r, maxUnpacked))
	for {
		h, err := files.Next()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		if h.Typeflag != tar.TypeReg || !named(h.Name) || strings.HasPrefix(path.Base(h.Name), ".") {
			continue
		}
		s, err := Read(files, name+", "+h.Name)
		if err != nil {
			return nil, err
		}
		if err := add(&all, h.Name, s, rate); err != nil {
			return nil, err
		}
	}
}

// add adds a sound, made one of one channel at that rate. A file may say that it has one sample a second.
func add(all *[]Recording, name string, s *Sound, rate int) error {
	var one *Sound
	if err := tensor.Catch(func() { one = s.Mono().Resample(rate) }); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	*all = append(*all, Recording{name, one})
	return nil
}
