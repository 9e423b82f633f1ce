package house

import (
	"go/ast"
	"slices"
	"strings"
)

// clockless lists the packages whose results depend on nothing but their arguments: they do not know the time.
var clockless = strings.Fields(`
	internal/kernel device device/cpu device/meta device/fuse rng tensor op autograd metric nn objective optim model`)

var _ = register(rule{
	name: "hidden state",
	check: func(t *tree) (bad []string) {
		for _, f := range t.files {
			if f.test {
				continue
			}
			floor := placeOf(f.dir).floor
			f.imports(func(s *ast.ImportSpec, p string) {
				switch {
				case p == "time" && slices.Contains(clockless, f.dir):
					bad = append(bad, t.at(s, "%s does not know the time", f.dir))
				case (within(p, "math/rand") || p == "crypto/rand" || p == "hash/maphash") && floor > 0 && floor <= 6:
					bad = append(bad, t.at(s, "imports %s; random numbers come from package rng, keyed by seed, step and path", p))
				}
			})
		}
		return bad
	},
	breaks: []breach{
		{"\n-- rng/a.go --\npackage rng\nimport \"time\"\n", "rng/a.go:2: rng does not know the time"},
		{"\n-- data/a.go --\npackage data\nimport \"math/rand/v2\"\n", "imports math/rand/v2"},
		{"\n-- train/a.go --\npackage train\nimport \"math/rand\"\n", "imports math/rand"},
	},
	keeps: `
-- device/trace/a.go --
package trace
import "time"
-- op/a_test.go --
package op
import "math/rand"
-- cmd/jimu/main.go --
package main
import "crypto/rand"
`,
})
