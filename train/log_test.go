package train

import (
	"os"
	"path/filepath"
	"testing"
)

// The log gives back what the run reported, a line that a kill cut off left out.
func TestReadLog(t *testing.T) {
	dir := t.TempDir()
	var told []Record
	if _, err := newToy(t).fit(t.Context(), Config{Dir: dir, Callbacks: []Callback{func(r Record) error {
		told = append(told, r)
		return nil
	}}}); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "metrics.jsonl"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"kind":"step","st`); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	read, err := ReadLog(dir)
	if err != nil || len(read) != len(told) {
		t.Fatalf("%d records, %v; want %d", len(read), err, len(told))
	}
	for i, r := range read {
		if w := told[i]; r.Kind != w.Kind || r.Step != w.Step || r.Rate != w.Rate || r.Values["loss"] != w.Values["loss"] {
			t.Errorf("record %d is %+v, want %+v", i, r, w)
		}
	}
	if _, err := ReadLog(t.TempDir()); err == nil {
		t.Error("a folder without a log has one")
	}
}
