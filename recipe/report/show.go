package report

import (
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"github.com/jimu-ml/jimu/recipe"
)

// A shown is a prediction as the page has it.
type shown struct {
	Input, Said, Want string
	Right             bool
	Pictures, Sounds  []template.URL
}

// biggest is the largest file that goes into the page.
const biggest = 4 << 20

func show(p recipe.Prediction) shown {
	s := shown{Input: p.Input, Want: p.Want, Said: p.Text}
	switch {
	case p.Text != "":
	case len(p.Classes) > 0:
		s.Said = fmt.Sprintf("%s, %s sure", p.Classes[0].Class, percent(p.Classes[0].Probability))
		s.Right = p.Classes[0].Class == p.Want
	case p.Found != nil:
		s.Said = counted(p.Found)
	case p.Want != "":
		s.Said = recipe.Number(p.Value)
	}
	for _, m := range p.Made {
		kind, _, _ := strings.Cut(http.DetectContentType(m.Data), ";")
		if strings.HasSuffix(m.Name, ".svg") {
			kind = "image/svg+xml"
		}
		if len(m.Data) > biggest {
			continue
		}
		url := template.URL("data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(m.Data)) //nolint:gosec // base64
		switch {
		case strings.HasPrefix(kind, "image/"):
			s.Pictures = append(s.Pictures, url)
		case strings.HasPrefix(kind, "audio/"):
			s.Sounds = append(s.Sounds, url)
		}
	}
	return s
}

// counted returns how many things of each class were found.
func counted(all []recipe.Found) string {
	var classes []string
	count := map[string]int{}
	for _, f := range all {
		if count[f.Class]++; count[f.Class] == 1 {
			classes = append(classes, f.Class)
		}
	}
	var parts []string
	for _, c := range classes {
		parts = append(parts, fmt.Sprintf("%d × %s", count[c], c))
	}
	if parts == nil {
		return "nothing found"
	}
	return strings.Join(parts, ", ")
}
