package report

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"github.com/jimu-ml/jimu/data/audio"
	"github.com/jimu-ml/jimu/recipe"
)

// A shown is a prediction as the page has it.
type shown struct {
	Input, Read      text
	Row              *cells
	Said             string
	Want, Right      string // what is right, behind these words
	Wrong            bool   // another class than the right one
	Note             string // what the page leaves out of it
	Pictures, Sounds []template.URL
	Drawings         []template.URL // which need more room than pictures
}

// Wide reports whether a card needs the whole width.
func (s shown) Wide() bool { return len(s.Said) > 160 || s.Read.Opening != "" }

// biggest is the largest file that goes into the page.
const biggest = 4 << 20

const drawing = "image/svg+xml"

// show makes a card of a prediction.
func (c *contents) show(p recipe.Prediction) shown {
	s := shown{Input: folded(p.About()), Read: folded(p.Read), Row: foldedRow(p.Row), Want: p.Want, Right: "it is", Said: p.Text}
	switch {
	case p.Wrong != "":
		s.Said, s.Want = p.Wrong, ""
	case p.Text != "":
		s.Right = "wanted:"
	case len(p.Classes) > 0:
		s.Said = fmt.Sprintf("%s, %s sure", p.Classes[0].Class, percent(p.Classes[0].Probability))
		s.Wrong = p.Want != "" && p.Classes[0].Class != p.Want
	case p.Found != nil:
		s.Said = counted(p.Found)
	case p.Want != "":
		s.Said = "predicted " + recipe.Number(p.Value)
	}
	for _, m := range p.Made {
		kind, _, _ := strings.Cut(http.DetectContentType(m.Data), ";")
		if strings.HasSuffix(m.Name, ".svg") {
			kind = drawing
		}
		if kind == "audio/wave" {
			kind = "audio/wav" // the other name is one that browsers refuse
		}
		text := m.Data
		sounds := strings.HasPrefix(kind, "audio/") && !strings.HasSuffix(m.Name, ".mid") // which browsers do not play
		if sounds {
			text, s.Note = c.heard(m)
		}
		if len(text) > biggest || len(text) == 0 {
			continue
		}
		url := template.URL("data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(text)) //nolint:gosec // base64
		switch {
		case kind == drawing:
			s.Drawings = append(s.Drawings, url)
		case strings.HasPrefix(kind, "image/"):
			s.Pictures = append(s.Pictures, url)
		case sounds:
			s.Sounds = append(s.Sounds, url)
		}
	}
	return s
}

// The sounds of a page: how many bytes they take together, and what becomes of those that are longer than so many.
const (
	mostSound  = 1_500_000
	longSound  = 200_000
	playedRate = 11025 // samples a second
	played     = 20    // seconds
)

// heard returns a sound as the page has it, nothing if the page has enough of them, and says what is left out.
func (c *contents) heard(m recipe.Made) (wav []byte, note string) {
	wav = m.Data
	if s, err := audio.Read(bytes.NewReader(wav), m.Name); err == nil && len(wav) > longSound {
		s = s.Mono().Resample(min(playedRate, s.Rate))
		if n := played * s.Rate; s.Len() > n {
			s.Channels[0], note = s.Channels[0][:n], fmt.Sprintf("the first %d seconds; jimu predict --out FOLDER writes all of it", played)
		}
		var b bytes.Buffer
		if s.WriteWAV(&b) == nil {
			wav = b.Bytes()
		}
	}
	if c.sound += len(wav); c.sound > mostSound {
		return nil, "its sound is left out; jimu predict --out FOLDER writes it"
	}
	return wav, note
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
