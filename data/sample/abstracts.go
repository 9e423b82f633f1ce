package sample

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
)

// An Abstract is the sentences of a paper's abstract, and one or more summaries of the paper in a sentence.
type Abstract struct {
	Source []string `json:"source"`
	Target []string `json:"target"`
}

// abstracts are the files of SciTLDR-A, with their SHA-256.
var abstracts = [3]struct{ name, sum string }{
	{"train.jsonl.gz", "1987f66f69e914604eaaa4b32d605a989cd4cdb8784d97e20e6e1d17b0ac6e6e"},
	{"dev.jsonl.gz", "7957c761fede5d6428a408776521afe4186aa6ca2169306cf358173c90b4b892"},
	{"test.jsonl.gz", "ee50f58a910041c2c4be7563f260e09c19dae40386ba758c127ee356a3ad229d"},
}

const abstractsFrom = "https://github.com/allenai/scitldr/tree/master/SciTLDR-Data/SciTLDR-A (packed with gzip): "

// Abstracts returns abstracts of SciTLDR-A for training, validation and the test: the first 500, 100 and 100, or all 1,992, 619
// and 618 from a folder that holds its three files, packed with gzip, with the files that were read.
func Abstracts(dir string) (sets [3][]Abstract, read []string, err error) {
	for i, f := range abstracts {
		var r io.Reader
		if dir == "" {
			r, err = open("scitldr", i)
			read = Paths("scitldr")
		} else {
			var b []byte
			if b, err = Published(dir, f.name, f.sum, abstractsFrom); err == nil {
				r, err = gzip.NewReader(bytes.NewReader(b))
			}
			read = append(read, filepath.Join(dir, f.name))
		}
		if err != nil {
			return sets, nil, err
		}
		if sets[i], err = parseAbstracts(r); err != nil {
			return sets, nil, fmt.Errorf("sample: %s: %w", f.name, err)
		}
	}
	return sets, read, nil
}

// parseAbstracts reads JSON, one abstract after another.
func parseAbstracts(r io.Reader) (all []Abstract, err error) {
	for d := json.NewDecoder(r); ; {
		var a Abstract
		err := d.Decode(&a)
		switch {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, fmt.Errorf("abstract %d: %w", len(all)+1, err)
		case len(a.Source) == 0 || len(a.Target) == 0:
			return nil, fmt.Errorf("abstract %d has %d sentences and %d summaries; want some of both", len(all)+1, len(a.Source), len(a.Target))
		}
		all = append(all, a)
	}
}
