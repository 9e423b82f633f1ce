package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// called is what others call an entry.
type called struct{ pytorch, keras, others string }

// names reads names/*.tsv, by our name.
func names() (map[string]called, error) {
	all := map[string]called{}
	files, err := filepath.Glob("_vocabulary/names/*.tsv")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		err := lines(file, func(at string, fields []string) error {
			if len(fields) != 4 {
				return fmt.Errorf("%s: %d fields, want 4: our name, PyTorch, Keras, others", at, len(fields))
			}
			if _, twice := all[fields[0]]; twice {
				return fmt.Errorf("%s: %s stands twice", at, fields[0])
			}
			all[fields[0]] = called{fields[1], fields[2], fields[3]}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// lines calls f with the fields, apart by tabs, of each line that is not empty and no comment.
func lines(file string, f func(at string, fields []string) error) error {
	r, err := os.Open(file)
	if err != nil {
		return err
	}
	defer r.Close()
	s := bufio.NewScanner(r)
	for n := 1; s.Scan(); n++ {
		line := strings.TrimRight(s.Text(), " \r")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := f(fmt.Sprintf("%s:%d", file, n), strings.Split(line, "\t")); err != nil {
			return err
		}
	}
	return s.Err()
}
