package summary

import (
	"slices"
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	for text, want := range map[string][]string{
		"One. Two!  Three?":                         {"One.", "Two!", "Three?"},
		"See e.g. Smith et al. 2019 for it. Then x": {"See e.g. Smith et al. 2019 for it.", "Then x"},
		"It costs 3.5 dollars. J. Smith pays.":      {"It costs 3.5 dollars.", "J. Smith pays."},
		"He said \"no.\" She left.\nEnd":            {"He said \"no.\"", "She left.", "End"},
		"Wait... what? \"Yes.\"":                    {"Wait... what?", "\"Yes.\""},
		"他来了。我走了！好吗？":                               {"他来了。", "我走了！", "好吗？"},
		" \t ":                                      nil,
	} {
		if got := split(text); !slices.Equal(got, want) {
			t.Errorf("%q is split into %q, want %q", text, got, want)
		}
	}
}

// Nothing but white space is lost, whatever the text is.
func FuzzSplit(f *testing.F) {
	f.Add("One. Two! e.g. three\n四。五")
	f.Add("...\xff.")
	f.Fuzz(func(t *testing.T, text string) {
		got := split(text)
		if strings.Join(strings.Fields(strings.Join(got, "")), "") != strings.Join(strings.Fields(text), "") {
			t.Errorf("%q became %q", text, got)
		}
	})
}
