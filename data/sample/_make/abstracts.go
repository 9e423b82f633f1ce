package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// abstracts keeps the first abstracts of each part of SciTLDR-A, with their sentences, summaries and names.
func abstracts(dir string) error {
	for _, part := range []struct {
		name string
		keep int
	}{{"train", 500}, {"dev", 100}, {"test", 100}} {
		name := part.name + ".jsonl.gz"
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		if b, err = unpack(b); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		var out bytes.Buffer
		e := json.NewEncoder(&out)
		e.SetEscapeHTML(false)
		for line := range bytes.SplitSeq(b, []byte("\n")) {
			if part.keep == 0 {
				break
			}
			part.keep--
			var a struct {
				Source []string `json:"source"`
				Target []string `json:"target"`
				Paper  string   `json:"paper_id"`
			}
			if err := json.Unmarshal(line, &a); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			if err := e.Encode(a); err != nil {
				return err
			}
		}
		if err := write("scitldr-"+name, out.Bytes()); err != nil {
			return err
		}
	}
	return nil
}
