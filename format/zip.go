package format

import (
	"archive/zip"
	"fmt"
	"io"
	"slices"
)

// maxRatio is how many bytes deflate can make of one.
const maxRatio = 1032

// Zip opens an archive whose files cannot fool a reader: all lie inside it, none overlap or stand twice, and each says that
// it is no larger than its bytes can become.
func Zip(r io.ReaderAt, size int64) (*zip.Reader, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	type span struct{ begin, end int64 }
	seen := make(map[string]bool, len(z.File))
	spans := make([]span, len(z.File))
	for i, f := range z.File {
		if seen[f.Name] {
			return nil, fmt.Errorf("%w: %q stands twice in the archive", ErrFormat, f.Name)
		}
		seen[f.Name] = true
		at, err := f.DataOffset()
		if err != nil {
			return nil, fmt.Errorf("%w: %q in the archive: %w", ErrFormat, f.Name, err)
		}
		packed, full := f.CompressedSize64, f.UncompressedSize64
		if at < 0 || at > size || packed > uint64(size-at) {
			return nil, fmt.Errorf("%w: %q reaches outside the archive", ErrFormat, f.Name)
		}
		if full > packed*maxRatio || f.Method == zip.Store && full != packed {
			return nil, fmt.Errorf("%w: %q in the archive says that its %d bytes become %d", ErrFormat, f.Name, packed, full)
		}
		spans[i] = span{at, at + int64(packed)}
	}
	slices.SortFunc(spans, func(a, b span) int { return int(min(max(a.begin-b.begin, -1), 1)) })
	for i := 1; i < len(spans); i++ {
		if spans[i].begin < spans[i-1].end {
			return nil, fmt.Errorf("%w: files in the archive overlap", ErrFormat)
		}
	}
	return z, nil
}
