package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/model/sequential"
	"github.com/jimu-ml/jimu/recipe"
)

// places are where a recipe names the entries of a kind, and as what.
var places = map[string]struct{ section, form string }{
	"objective":    {"objective", `"objective": {"name": %q}`},
	"optimizer":    {"optimizer", `"optimizer": {"name": %q}`},
	"schedule":     {"schedule", `"schedule": {"name": %q}`},
	"metric":       {"metrics", `"metrics": [{"name": %q}]`},
	"augmentation": {"augment", `"augment": [{"name": %q}]`},
}

// inRecipe says how a recipe names an entry, and which keys stand beside the name; "" if it does not name it.
func inRecipe(e recipe.Entry) string {
	if e.Kind == "layer" {
		keys, ok := sequential.Keys(e.Name)
		if !ok {
			return ""
		}
		return fmt.Sprintf(`{"layer": %q}`, e.Name) + beside(keys)
	}
	s, ok := places[e.Kind]
	if !ok {
		return ""
	}
	for _, part := range recipe.Parts() {
		if part.Name != s.section {
			continue
		}
		if i := slices.IndexFunc(part.Choices, func(c recipe.Choice) bool { return c.Name == e.Name }); i >= 0 {
			return fmt.Sprintf(s.form, e.Name) + beside(part.Choices[i].Keys)
		}
	}
	return ""
}

func beside(keys []string) string {
	if len(keys) == 0 {
		return ""
	}
	return ", with " + strings.Join(keys, ", ")
}
