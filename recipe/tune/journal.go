package tune

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/jimu-ml/jimu/internal/durable"
)

// A journal is a file with a line for each result. A line is on the disk before the study goes on.
type journal struct {
	f     *os.File
	known map[[2]int]entry // by trial, and the epochs until which it was trained
}

// An entry is a line.
type entry struct {
	Trial
	Until int `json:"until"`
}

// openJournal reads a journal, if there is one, and opens it for more. A last line that is not whole is dropped.
func openJournal(path string) (*journal, error) {
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("the study's journal: %w", err)
	}
	j := &journal{known: map[[2]int]entry{}}
	var kept []byte
	for line := range bytes.Lines(old) {
		var e entry
		if !bytes.HasSuffix(line, []byte("\n")) || decodeJSON(line, &e) != nil {
			break
		}
		kept = append(kept, line...)
		j.known[[2]int{e.Number, e.Until}] = e
	}
	if len(kept) < len(old) || err != nil {
		if err := replace(path, kept); err != nil {
			return nil, fmt.Errorf("the study's journal: %w", err)
		}
	}
	if j.f, err = os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o644); err != nil {
		return nil, fmt.Errorf("the study's journal: %w", err)
	}
	return j, nil
}

// find returns the result of a job, if it is known and the trial is the same.
func (j *journal) find(job Job, t Trial) (Trial, bool) {
	e, ok := j.known[[2]int{t.Number, job.Until}]
	return e.Trial, ok && said(e.Values) == said(t.Values)
}

// write adds a result that is not known yet.
func (j *journal) write(job Job, t Trial) error {
	if _, ok := j.find(job, t); ok {
		return nil
	}
	e := entry{t, job.Until}
	line, err := json.Marshal(e)
	if err == nil {
		_, err = j.f.Write(append(line, '\n'))
	}
	if err == nil {
		err = j.f.Sync()
	}
	if err != nil {
		return fmt.Errorf("the study's journal: %w", err)
	}
	j.known[[2]int{t.Number, job.Until}] = e
	return nil
}

// Close closes the file.
func (j *journal) Close() error { return j.f.Close() }

// replace makes a file appear at once.
func replace(path string, text []byte) error {
	return durable.Disk{}.Replace(path, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}
