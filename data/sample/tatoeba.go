package sample

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// tatoebaSum is the SHA-256 of cmn.txt.gz.
const tatoebaSum = "363719ea4119b48f5f04d64cabd6ff603e4b2e9d5d4ea90535489cc01a02205e"

// Tatoeba returns English sentences and their Chinese translations from Tatoeba, the shortest first: the first 6,000, or all
// 26,388 from a folder that holds cmn.txt.gz, with the files that were read. A sentence may come several times, with other
// translations: see to it that it is not in both the training and the test set.
func Tatoeba(dir string) (pairs [][2]string, read []string, err error) {
	var r io.Reader
	if dir == "" {
		r, err = open("tatoeba", 0)
		read = Paths("tatoeba")
	} else {
		const name = "cmn.txt.gz"
		var b []byte
		if b, err = Published(dir, name, tatoebaSum, "https://www.manythings.org/anki/"); err == nil {
			r, err = gzip.NewReader(bytes.NewReader(b))
		}
		read = []string{filepath.Join(dir, name)}
	}
	if err != nil {
		return nil, nil, err
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, nil, fmt.Errorf("sample: unpacking the sentences: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(fields) != 3 {
			return nil, nil, fmt.Errorf("sample: line %d of the sentences has %d fields: %.40q; want English, Chinese and whose they are", len(pairs)+1, len(fields), line)
		}
		pairs = append(pairs, [2]string{fields[0], fields[1]})
	}
	return pairs, read, nil
}
