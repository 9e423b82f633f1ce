package main

import (
	"encoding/json"
	"io"
	"strings"
)

// writeHelp writes the entries with what others call them, a JSON object a line, as package recipe embeds them.
func writeHelp(w io.Writer, all []entry) error {
	known, err := names()
	if err != nil {
		return err
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	for _, e := range all {
		line := struct {
			entry
			Also []string `json:"also,omitempty"`
		}{entry: e}
		c := known[e.Go]
		for _, list := range []string{c.pytorch, c.keras, c.others} {
			line.Also = append(line.Also, strings.FieldsFunc(list, func(r rune) bool { return r == ',' })...)
		}
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	return nil
}
