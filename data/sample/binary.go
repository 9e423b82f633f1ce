package sample

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
)

// InBinary begins the paths of files in the binary, which no file of a disk has: "binary:iris.csv.gz".
const InBinary = "binary:"

// sets are the files in the binary of each set. Whoever reads a set opens it by these names.
var sets = map[string][]string{
	"airline":       {"flights.csv.gz"},
	"bccd":          {"bccd-voc.tar.gz"},
	"california":    {"california.csv.gz"},
	"cancer":        {"wdbc.csv.gz"},
	"cars":          {"mpg.csv.gz"},
	"chorales":      {"chorales.txt.gz"},
	"cmrc":          {"cmrc2018_dev.json.gz", "cmrc2018_trial.json.gz"},
	"conversations": {"conversations.jsonl.gz"},
	"digits":        {"digits.tar.gz"},
	"fashion": {
		"fashion-train-images-idx3-ubyte.gz", "fashion-train-labels-idx1-ubyte.gz",
		"fashion-t10k-images-idx3-ubyte.gz", "fashion-t10k-labels-idx1-ubyte.gz",
	},
	"iris":        {"iris.csv.gz"},
	"names":       {"names.txt.gz"},
	"poetry":      {"tangpoems.txt.gz"},
	"requests":    {"requests.txt.gz"},
	"scitldr":     {"scitldr-train.jsonl.gz", "scitldr-dev.jsonl.gz", "scitldr-test.jsonl.gz"},
	"shakespeare": {"tinyshakespeare.txt.gz"},
	"spam":        {"smsspam.txt.gz"},
	"tatoeba":     {"tatoeba.txt.gz"},
	"wine":        {"wine.csv.gz"},
	"xquad":       {"xquad.en.json.gz"},
}

// Paths returns the paths of the files that a set in the binary is read from, none if there is no such set: "iris" is in
// "binary:iris.csv.gz". Of set names it has those of [List], and airline, california, cancer and wine.
func Paths(set string) (paths []string) {
	for _, name := range sets[set] {
		paths = append(paths, InBinary+name)
	}
	return paths
}

// Bytes returns what a file in the binary holds, packed as it is there.
func Bytes(path string) ([]byte, error) {
	b, err := files.ReadFile("files/" + strings.TrimPrefix(path, InBinary))
	if err != nil {
		return nil, fmt.Errorf("sample: %w", err)
	}
	return b, nil
}

// open returns a reader of a file of a set in the binary, unpacked.
func open(set string, n int) (io.Reader, error) { return unpack(Paths(set)[n]) }

func unpack(path string) (io.Reader, error) {
	b, err := Bytes(path)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("sample: unpacking %s: %w", path, err)
	}
	return z, nil
}

// read returns the text of a set in the binary that is one file.
func read(set string) (string, error) {
	r, err := open(set, 0)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(r)
	if err != nil {
		return "", fmt.Errorf("sample: unpacking the set %s: %w", set, err)
	}
	return string(b), nil
}
