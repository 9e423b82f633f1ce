package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// writePeers writes docs/vocabulary-peers.md: each public name of the peers with ours, or with the reason why there is none.
func writePeers(named map[string]called) error {
	ours := map[string][]string{} // by their name
	for name, c := range named {
		for _, theirs := range strings.FieldsFunc(c.pytorch+","+c.keras+","+c.others, func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
			ours[theirs] = append(ours[theirs], name)
		}
	}
	files, err := filepath.Glob("_vocabulary/peers/*.txt")
	if err != nil {
		return err
	}
	var b, rows strings.Builder
	open := 0
	for _, file := range files {
		peer := strings.TrimSuffix(filepath.Base(file), ".txt")
		reasons, err := readReasons(strings.TrimSuffix(file, ".txt") + ".reasons.tsv")
		if err != nil {
			return err
		}
		fmt.Fprintf(&rows, "\n## %s\n\n| theirs | ours, or why not |\n| --- | --- |\n", peer)
		total, have := 0, 0
		err = lines(file, func(_ string, fields []string) error {
			total++
			name := fields[0]
			if mine := ours[name]; mine != nil {
				have++
				slices.Sort(mine)
				fmt.Fprintf(&rows, "| `%s` | `%s` |\n", name, strings.Join(mine, "`, `"))
			} else if why := reasons[name]; why != "" {
				fmt.Fprintf(&rows, "| `%s` | – %s |\n", name, why)
			} else {
				open++
				fmt.Fprintf(&rows, "| `%s` | – not there yet |\n", name)
			}
			return nil
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "| %s | %d | %d |\n", peer, total, have)
	}
	if open > 0 {
		fmt.Fprintln(os.Stderr, "vocabulary:", open, "names of peers have neither an entry of ours nor a reason")
	}
	text := "# Beside the peers, name by name\n\nWritten by `make vocabulary` from the public names of the packages and `_vocabulary`.\n\n| peer | names | ours |\n| --- | --: | --: |\n"
	return os.WriteFile("docs/vocabulary-peers.md", []byte(text+b.String()+rows.String()), 0o644)
}

func readReasons(file string) (map[string]string, error) {
	all := map[string]string{}
	if _, err := os.Stat(file); err != nil {
		return all, nil //nolint:nilerr // no name is missing
	}
	return all, lines(file, func(at string, fields []string) error {
		if len(fields) != 2 {
			return fmt.Errorf("%s: %d fields, want their name and the reason", at, len(fields))
		}
		all[fields[0]] = fields[1]
		return nil
	})
}
