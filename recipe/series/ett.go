package series

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/jimu-ml/jimu/data/table"
	"github.com/jimu-ml/jimu/recipe"
)

// ett is one of the series of ETDataset, divided as papers do: 12 months for training, 4 for validation, 4 for the test. Errors are
// of numbers scaled by the mean and deviation of the training months, as theirs are.
type ett struct {
	Batch int
	windows
	Folder  string
	Name    string   // "ETTh1" or "ETTh2"
	Targets []string // that are predicted; all seven if none
}

// contents are the SHA-256 of the files as they were published, unpacked.
var contents = map[string]string{
	"ETTh1": "f18de3ad269cef59bb07b5438d79bb3042d3be49bdeecf01c1cd6d29695ee066",
	"ETTh2": "a3dc2c597b9218c7ce1cd55eb77b283fd459a1d09d753063f944967dd6b9218b",
}

const (
	month  = 30 * 24 // hours
	larger = 1 << 26 // than any of the files
)

func (c ett) source() (recipe.Source, error) {
	s := recipe.Source{Load: c.load, Reopen: reopen}
	if _, known := contents[c.Name]; !known {
		return s, recipe.Errorf("data.name", "there is no series %q; want ETTh1 or ETTh2", c.Name)
	}
	return s, errors.Join(c.windows.check(), recipe.Batches{Batch: c.Batch}.Check())
}

func (c ett) load(context.Context) (recipe.Work, error) {
	if c.Folder == "" {
		return nil, recipe.Errorf("data.folder", "the set ett is not in the program; get %s.csv from "+
			"https://github.com/zhouhaoyi/ETDataset (ETT-small) and give its folder: --set data.folder=FOLDER", c.Name)
	}
	text, path, err := c.read()
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != contents[c.Name] {
		return nil, fmt.Errorf("%s is not the published file; get it again", path)
	}
	t, err := table.Read(bytes.NewReader(text), c.Name, table.Options{Separator: ',', Header: table.With, Kinds: map[string]table.Kind{"date": table.Text}})
	if err != nil {
		return nil, err
	}
	whole := span{table: t, targets: c.Targets, unit: "hours", files: []string{path}}
	return whole.work(c.Batch, c.windows, borders{12 * month, 16 * month, 20 * month}, false)
}

// read returns the file's content: of NAME.csv, or of NAME.csv.gz if that is there.
func (c ett) read() ([]byte, string, error) {
	path := filepath.Join(c.Folder, c.Name+".csv")
	text, err := os.ReadFile(path)
	if !errors.Is(err, os.ErrNotExist) {
		return text, path, err
	}
	packed, err := os.Open(path + ".gz")
	if err != nil {
		return nil, "", fmt.Errorf("neither %s nor %s.gz is there; get %s.csv from https://github.com/zhouhaoyi/ETDataset (ETT-small)", path, path, c.Name)
	}
	defer packed.Close()
	z, err := gzip.NewReader(packed)
	if err != nil {
		return nil, "", fmt.Errorf("%s.gz: %w", path, err)
	}
	text, err = io.ReadAll(io.LimitReader(z, larger))
	if err != nil {
		return nil, "", fmt.Errorf("%s.gz: %w", path, err)
	}
	return text, path + ".gz", nil
}
