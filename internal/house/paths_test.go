package house

import (
	"fmt"
	"regexp"
	"strings"
)

// machine matches what is true on one machine only: absolute paths of a workplace or of somebody's home.
var machine = regexp.MustCompile(`(?:^|[\s"'(=:,<>` + "`" + `])(/(?:work|root|home/\w+|Users/\w+)/|~/\.\w|file:///)|\.libra` + `ry/`)

var _ = register(rule{
	name: "machine paths",
	check: func(t *tree) (bad []string) {
		for name, text := range t.texts {
			if strings.HasPrefix(name, "internal/house/paths_test") {
				continue
			}
			n := 0
			for line := range strings.Lines(text) {
				n++
				if m := machine.FindString(line); m != "" {
					bad = append(bad, fmt.Sprintf("%s:%d: %q is a path of one machine", name, n, strings.TrimSpace(m)))
				}
			}
		}
		return bad
	},
	breaks: []breach{
		{"\n-- README.md --\nsee `/work/shared/design`\n", `README.md:1: "` + "`/work/" + `" is a path of one machine`},
		{"\n-- data/_golden/a.py --\nopen(\"/root/x\")\n", "data/_golden/a.py:1"},
		{"\n-- testdata/a.json --\n{\"made\":\"/home/anna/x\"}\n", "testdata/a.json:1"},
	},
	keeps: `
-- README.md --
https://example.org/work/shared and a/root/b and I/work/play
-- .gitignore --
/root
`,
})
