package tune

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/train"
)

// Ranked returns the trials, those that were trained longest first, the best of them first; those that failed come last.
func (o *Outcome) Ranked() []Trial {
	sorted := slices.Clone(o.Trials)
	slices.SortStableFunc(sorted, func(a, b Trial) int {
		switch {
		case a.Value == nil || b.Value == nil:
			return cmp.Compare(missing(a), missing(b))
		case train.SmallerIsBetter(o.Monitor):
			return cmp.Or(cmp.Compare(b.until, a.until), cmp.Compare(*a.Value, *b.Value))
		}
		return cmp.Or(cmp.Compare(b.until, a.until), cmp.Compare(*b.Value, *a.Value))
	})
	return sorted
}

func missing(t Trial) int {
	if t.Value == nil {
		return 1
	}
	return 0
}

// write puts the trials into the study's folder: trials.csv and trials.json, ranked, and trials.svg.
func (o *Outcome) write(s *Study, dir string) error {
	list, err := json.MarshalIndent(struct {
		Monitor string  `json:"monitor"`
		Trials  []Trial `json:"trials"`
	}{o.Monitor, o.Ranked()}, "", "  ")
	if err != nil {
		return err
	}
	return errors.Join(
		replace(filepath.Join(dir, tableName), append(list, '\n')),
		replace(filepath.Join(dir, "trials.csv"), o.csv(s)),
		replace(filepath.Join(dir, "trials.svg"), o.Picture(s)),
	)
}

// BestRun returns the folder of the best trial's run of a study that has ended or was stopped. It is an error that it has none.
func BestRun(dir string) (string, error) {
	text, err := os.ReadFile(filepath.Join(dir, tableName))
	if err != nil {
		return "", fmt.Errorf("the study's trials: %w", err)
	}
	var list struct{ Trials []Trial }
	if err := json.Unmarshal(text, &list); err != nil {
		return "", fmt.Errorf("the study's trials: %w", err)
	}
	if len(list.Trials) == 0 || list.Trials[0].Value == nil || !filepath.IsLocal(list.Trials[0].Dir) {
		return "", fmt.Errorf("no trial of the study %s has ended well", dir)
	}
	return filepath.Join(dir, filepath.FromSlash(list.Trials[0].Dir)), nil
}

// csv returns a table with a column for each key.
func (o *Outcome) csv(s *Study) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	head := []string{"trial", "state", "epochs", "seconds", o.Monitor}
	for _, d := range s.Space {
		head = append(head, d.Key)
	}
	_ = w.Write(head) // to memory
	for _, t := range o.Ranked() {
		row := []string{fmt.Sprint(t.Number), t.State, fmt.Sprint(t.Epochs), fmt.Sprintf("%.3f", t.Seconds), ""}
		if t.Value != nil {
			row[4] = fmt.Sprint(*t.Value)
		}
		for _, d := range s.Space {
			cell := ""
			if v, ok := t.Values[d.Key]; ok {
				cell = Worded(v)
			}
			row = append(row, cell)
		}
		_ = w.Write(row)
	}
	w.Flush()
	return b.Bytes()
}

// Worded returns a value as it would be typed: words without quotes, anything else as JSON.
func Worded(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return strings.ReplaceAll(said(v), `","`, `", "`)
}
