package recipe

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/tensor"
)

// Texts says how texts become tokens: token i + 2 is word i, 1 any other word, 0 nothing.
type Texts struct {
	Words []string `json:"words"`
}

// Check reports what cannot be.
func (t *Texts) Check(in *Inputs) error {
	if len(in.Shape) != 1 || in.Tokens != len(t.Words)+unknownWord+1 {
		return errors.New("it does not say what the texts are")
	}
	return nil
}

// Read takes a text, or the lines of a file.
func (t *Texts) Read(in *Inputs, q Question) (data.Set, []string, error) {
	lines := []string{q.Text}
	labels := lines
	if q.Text == "" {
		var err error
		if lines, err = Lines(q.File); err != nil {
			return nil, nil, fmt.Errorf("%w; this model takes texts, one on each line", err)
		}
		labels = numbered(q.File, "line", len(lines))
	}
	ids := t.ids()
	var x []int64
	for _, line := range lines {
		x = append(x, encode(line, ids, in.Shape[0])...)
	}
	set, err := data.NewTensors(tensor.Of(x, len(lines), in.Shape[0]), nil)
	return set, labels, err
}

// longest is how long a line of text may be.
const longest = 1 << 20

// Lines returns the lines of a text file that are not empty. There is at least one.
func Lines(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading a text: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(io.LimitReader(f, 1<<30))
	lines.Buffer(nil, longest)
	var all []string
	for lines.Scan() {
		if strings.TrimSpace(lines.Text()) != "" {
			all = append(all, lines.Text())
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s holds no text", path)
	}
	return all, nil
}

func numbered(path, what string, n int) []string {
	if n == 1 {
		return []string{path}
	}
	labels := make([]string, n)
	for i := range labels {
		labels[i] = fmt.Sprintf("%s, %s %d", path, what, i+1)
	}
	return labels
}
