package main

import (
	"encoding/json"
	"io"
)

// writeHelp writes the entries, a JSON object a line, as cmd/jimu embeds them.
func writeHelp(w io.Writer, all []entry) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	for _, e := range all {
		if err := out.Encode(e); err != nil {
			return err
		}
	}
	return nil
}
