package house

import (
	"go/ast"
	"go/build/constraint"
	"slices"
	"strings"
)

// leanAbove lists the packages above floor 5 that are as free of dependencies as those below.
var leanAbove = []string{"train", "generate", "interpret", "privacy", "compress"}

// lean reports whether a package imports nothing but the standard library, this module and golang.org/x/sys. The
// readers of foreign files and data, members of format and data, may use a library.
func lean(dir string) bool {
	p := placeOf(dir)
	if (p.shelf == "data" || p.shelf == "format") && dir != p.shelf {
		return false
	}
	return p.floor > 0 && p.floor <= 5 || slices.Contains(leanAbove, p.shelf)
}

var _ = register(rule{
	name: "lean",
	check: func(t *tree) (bad []string) {
		packages := t.product()
		seen := map[string]bool{}
		var walk func(dir, root string)
		walk = func(dir, root string) {
			if seen[dir] {
				return
			}
			seen[dir] = true
			for _, f := range packages[dir] {
				f.imports(func(s *ast.ImportSpec, p string) {
					if to, ok := local(p); ok {
						walk(to, root)
					} else if foreign(p) && !(dir == "internal/dlopen" && needsTag(f, "dl")) {
						bad = append(bad, t.at(s, "imports %s, and so does %s, which must do without", p, root))
					}
				})
			}
		}
		for dir := range packages {
			if lean(dir) {
				walk(dir, dir)
			}
		}
		return bad
	},
	breaks: []breach{
		{"\n-- nn/x.go --\npackage nn\nimport _ \"gonum.org/v1/gonum/mat\"\n", "nn/x.go:2: imports gonum.org/v1/gonum/mat"},
		{`
-- train/x.go --
package train
import _ "github.com/jimu-ml/jimu/data/parquet"
-- data/parquet/x.go --
package parquet
import _ "github.com/parquet-go/parquet-go"
`, "data/parquet/x.go:2: imports github.com/parquet-go/parquet-go, and so does train"},
		{"\n-- internal/dlopen/x.go --\npackage dlopen\nimport _ \"github.com/ebitengine/purego\"\n", "imports github.com/ebitengine/purego"},
	},
	keeps: `
-- internal/cpuid/x.go --
package cpuid
import _ "golang.org/x/sys/cpu"
-- internal/dlopen/x.go --
//go:build dl && linux
package dlopen
import _ "github.com/ebitengine/purego"
-- data/parquet/x.go --
package parquet
import _ "github.com/parquet-go/parquet-go"
-- nn/x_test.go --
package nn
import _ "pgregory.net/rapid"
`,
})

// foreign reports whether a package belongs neither to the standard library nor to what every package may use.
func foreign(importPath string) bool {
	host, _, _ := strings.Cut(importPath, "/")
	return strings.Contains(host, ".") && !within(importPath, "golang.org/x/sys")
}

// needsTag reports whether a file is built only with the tag.
func needsTag(f *file, tag string) bool {
	for _, group := range f.syntax.Comments {
		for _, c := range group.List {
			if x, err := constraint.Parse(c.Text); err == nil && c.Pos() < f.syntax.Package {
				return implies(x, tag)
			}
		}
	}
	return false
}

func implies(x constraint.Expr, tag string) bool {
	switch x := x.(type) {
	case *constraint.TagExpr:
		return x.Tag == tag
	case *constraint.AndExpr:
		return implies(x.X, tag) || implies(x.Y, tag)
	case *constraint.OrExpr:
		return implies(x.X, tag) && implies(x.Y, tag)
	}
	return false
}

// mostDependencies is how many modules go.mod may ask for directly.
const mostDependencies = 15

var _ = register(rule{
	name: "dependencies",
	check: func(t *tree) (bad []string) {
		direct := requirements(t.texts["go.mod"])
		for _, m := range direct {
			if !strings.Contains(t.texts["DEPENDENCIES.md"], "`"+m+"`") {
				bad = append(bad, "DEPENDENCIES.md: has no line about `"+m+"`, which go.mod requires")
			}
		}
		if len(direct) > mostDependencies {
			bad = append(bad, "go.mod: requires too many modules")
		}
		return bad
	},
	breaks: []breach{
		{"\n-- go.mod --\nmodule x\nrequire (\n\texample.org/a v1.0.0\n\texample.org/b v1.0.0 // indirect\n)\n", "no line about `example.org/a`"},
		{"\n-- go.mod --\nmodule x\n" + strings.Repeat("require example.org/a v1.0.0\n", mostDependencies+1), "too many"},
	},
	keeps: "\n-- go.mod --\nmodule x\nrequire example.org/a v1.0.0\nrequire example.org/b v1.0.0 // indirect\n-- DEPENDENCIES.md --\n`example.org/a`\n",
})

// requirements returns the modules that a go.mod requires directly.
func requirements(mod string) (paths []string) {
	block := false
	for line := range strings.Lines(mod) {
		line, required := strings.CutPrefix(strings.TrimSpace(line), "require ")
		switch {
		case required && line == "(":
			block = true
		case line == ")":
			block = false
		case (block || required) && !strings.Contains(line, "// indirect") && !strings.HasPrefix(line, "//") && line != "":
			paths = append(paths, strings.Fields(line)[0])
		}
	}
	return paths
}
