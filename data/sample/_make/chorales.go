package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// chorales packs the chorales of Bach, a line each: the part, then the four notes of each sixteenth.
func chorales(dir string) error {
	f, err := os.Open(filepath.Join(dir, "jsb-chorales", "jsb_chorales.tgz"))
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	var lines []string
	files := tar.NewReader(z)
	for {
		h, err := files.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if path.Ext(h.Name) != ".csv" {
			continue
		}
		text, err := io.ReadAll(files)
		if err != nil {
			return err
		}
		steps := strings.Fields(string(text))[1:] // below the head
		part := strings.Split(strings.TrimPrefix(h.Name, "./"), "/")[0]
		lines = append(lines, path.Base(h.Name)+" "+part+" "+strings.Join(steps, " "))
	}
	slices.Sort(lines)
	var b bytes.Buffer
	for _, l := range lines {
		_, rest, _ := strings.Cut(l, " ") // the names were for their order
		fmt.Fprintln(&b, rest)
	}
	return write("chorales.txt.gz", b.Bytes())
}
