package recipe

import (
	"encoding/json"
	"strings"
	"testing"
)

// Texts that are shorter than what the model could read are said to be; equal ones, and recipes that do not say both, are fine.
func TestContexts(t *testing.T) {
	for _, c := range []struct{ texts, reads, want string }{
		{"32", "64", "--set data.context=32 --set model.context=32"},
		{"64", "64", ""},
		{"32", "", ""},
		{"", "64", ""},
		{"", "", ""},
	} {
		r := &Recipe{Data: Part{Config: object{}}, Model: Part{Config: object{}}}
		for p, n := range map[*Part]string{&r.Data: c.texts, &r.Model: c.reads} {
			if n != "" {
				p.Config["context"] = json.Number(n)
			}
		}
		said := ""
		if err := r.contexts(); err != nil {
			said = err.Error()
		}
		if !strings.Contains(said, c.want) || c.want == "" && said != "" {
			t.Errorf("texts of %q and a model of %q: %q, want %q", c.texts, c.reads, said, c.want)
		}
	}
}
