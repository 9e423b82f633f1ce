package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// literature writes the names as they are, and of the poems those that are quatrains or can be cut into some.
func literature(dir string) error {
	names, err := os.ReadFile(filepath.Join(dir, "names", "names.txt"))
	if err != nil {
		return err
	}
	if err := write("names.txt.gz", names); err != nil {
		return err
	}
	var out bytes.Buffer
	seen := map[string]bool{}
	for from := 0; from < 5000; from += 1000 {
		name := fmt.Sprintf("poet.tang.%d.json.gz", from)
		b, err := os.ReadFile(filepath.Join(dir, "chinese-poetry", name))
		if err != nil {
			return err
		}
		if b, err = unpack(b); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		var poems []struct{ Paragraphs []string }
		if err := json.Unmarshal(b, &poems); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for _, p := range poems {
			if poem := regular(strings.Join(p.Paragraphs, "")); poem != "" && !seen[poem] {
				seen[poem] = true
				fmt.Fprintln(&out, poem)
			}
		}
	}
	if err := write("tangpoems.txt.gz", out.Bytes()); err != nil {
		return err
	}
	return conversations(dir)
}

// regular returns the lines of a poem, with spaces between them, if they are four or a multiple of that and all have five
// characters or all seven; and nothing if they are not, or if it is longer than sixteen lines.
func regular(text string) string {
	lines := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("，。！？；、：", r) })
	if len(lines) == 0 || len(lines)%4 != 0 || len(lines) > 16 {
		return ""
	}
	length := utf8.RuneCountInString(lines[0])
	for _, line := range lines {
		foreign := strings.ContainsFunc(line, func(r rune) bool { return !unicode.Is(unicode.Han, r) || r == '□' })
		if foreign || utf8.RuneCountInString(line) != length || length != 5 && length != 7 {
			return ""
		}
	}
	return strings.Join(lines, " ")
}
