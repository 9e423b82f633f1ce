package house

import (
	"go/ast"
	"strings"
)

var _ = register(rule{
	name: "documented",
	check: func(t *tree) (bad []string) {
		for _, f := range t.files {
			if f.test || f.generated || f.syntax.Name.Name == "main" {
				continue
			}
			for _, d := range f.syntax.Decls {
				switch d := d.(type) {
				case *ast.FuncDecl:
					if exported(d) {
						bad = t.comment(bad, d, d.Name.Name, d.Doc)
					}
				case *ast.GenDecl:
					for _, s := range d.Specs {
						bad = t.specComment(bad, d, s)
					}
				}
			}
		}
		return bad
	},
	breaks: []breach{
		{"\n-- op/a.go --\npackage op\nfunc Relu() {}\n", "op/a.go:2: Relu has no doc comment"},
		{"\n-- op/a.go --\npackage op\n// Computes the rectifier.\nfunc Relu() {}\n", "Relu's doc comment begins with another word: Computes"},
		{"\n-- op/a.go --\npackage op\n// An Op is one.\ntype Op int\nfunc (o *Op) Run() {}\n", "op/a.go:4: Run has no doc comment"},
		{"\n-- op/a.go --\npackage op\n// A Cell is one.\ntype Cell[T any] struct{}\nfunc (c *Cell[T]) Run() {}\n", "Run has no doc comment"},
		{"\n-- op/a.go --\npackage op\ntype (\n\tOp int\n\tmade int\n)\n", "op/a.go:3: Op has no doc comment"},
		{"\n-- op/a.go --\npackage op\nconst (\n\tOne = 1\n)\n", "One has no doc comment"},
		{"\n-- op/a.go --\npackage op\nvar One = 1\n", "One has no doc comment"},
	},
	keeps: `
-- op/a.go --
package op
// The numbers.
const (
	One = 1
	Two = 2
)
var Three = 3 // is three
// A Thing is one.
type Thing int
type hidden int
func (hidden) Run() {}
-- cmd/jimu/main.go --
package main
func Run() {}
`,
})

// exported reports whether a user can call the function.
func exported(d *ast.FuncDecl) bool {
	return d.Name.IsExported() && (d.Recv == nil || ast.IsExported(receiver(d)))
}

// receiver returns the name of the type that has method d, or "" if d is no method.
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return ""
	}
	x := d.Recv.List[0].Type
	for {
		switch y := x.(type) {
		case *ast.StarExpr:
			x = y.X
		case *ast.IndexExpr:
			x = y.X
		case *ast.IndexListExpr:
			x = y.X
		case *ast.Ident:
			return y.Name
		default:
			return ""
		}
	}
}

func (t *tree) specComment(bad []string, d *ast.GenDecl, s ast.Spec) []string {
	switch s := s.(type) {
	case *ast.TypeSpec:
		doc := s.Doc
		if doc == nil && !d.Lparen.IsValid() {
			doc = d.Doc
		}
		if s.Name.IsExported() {
			return t.comment(bad, s, s.Name.Name, doc)
		}
	case *ast.ValueSpec:
		for _, name := range s.Names {
			if name.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
				return append(bad, t.at(name, "%s has no doc comment", name))
			}
		}
	}
	return bad
}

// comment checks that doc is there and begins with the name, or with an article and the name.
func (t *tree) comment(bad []string, n ast.Node, name string, doc *ast.CommentGroup) []string {
	words := strings.Fields(doc.Text())
	if len(words) == 0 {
		return append(bad, t.at(n, "%s has no doc comment", name))
	}
	if len(words) > 1 && (words[0] == "A" || words[0] == "An" || words[0] == "The") {
		words = words[1:]
	}
	if strings.TrimRight(words[0], ",.:;'s") != strings.TrimRight(name, "s") && words[0] != "Deprecated:" {
		return append(bad, t.at(n, "%s's doc comment begins with another word: %s", name, words[0]))
	}
	return bad
}
