package house

import (
	"go/ast"
	"go/token"
	"slices"
)

// stringMakers are the functions whose result tells a caller no more than a string does.
var stringMakers = []string{"fmt.Sprint", "fmt.Sprintf", "fmt.Sprintln", "fmt.Errorf", "errors.New"}

var _ = register(rule{
	name: "panic",
	check: func(t *tree) (bad []string) {
		for _, f := range t.files {
			if f.test || slices.Contains(testOnly, f.dir) {
				continue
			}
			ast.Inspect(f.syntax, func(n ast.Node) bool {
				if c, ok := n.(*ast.CallExpr); ok && called(c) == "panic" && len(c.Args) == 1 && bareString(c.Args[0]) {
					bad = append(bad, t.at(c, "panics with a bare string; misuse of the API panics with a typed value, such as *tensor.Error"))
				}
				return true
			})
		}
		return bad
	},
	breaks: []breach{
		{"\n-- op/a.go --\npackage op\nfunc f() { panic(\"no\") }\n", "op/a.go:2: panics with a bare string"},
		{"\n-- op/a.go --\npackage op\nfunc f(s string) { panic((s + \": no\")) }\n", "op/a.go:2"},
		{"\n-- op/a.go --\npackage op\nimport \"fmt\"\nfunc f() { panic(fmt.Sprintf(\"no %d\", 1)) }\n", "op/a.go:3"},
		{"\n-- op/a.go --\npackage op\nimport \"errors\"\nfunc f() { panic(errors.New(\"no\")) }\n", "op/a.go:3"},
	},
	keeps: `
-- op/a.go --
package op
import "github.com/jimu-ml/jimu/tensor"
func f(e error) {
	defer func() { panic(recover()) }()
	if e != nil { panic(e) }
	panic(tensor.Errorf("MatMul", "no"))
}
-- op/a_test.go --
package op
func g() { panic("no") }
`,
})

// called returns the name of the function that c calls, with its package or receiver if it is a plain name.
func called(c *ast.CallExpr) string {
	switch f := ast.Unparen(c.Fun).(type) {
	case *ast.Ident:
		return f.Name
	case *ast.IndexExpr:
		return called(&ast.CallExpr{Fun: f.X})
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok {
			return x.Name + "." + f.Sel.Name
		}
		return "." + f.Sel.Name
	}
	return ""
}

func bareString(x ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.BasicLit:
		return x.Kind == token.STRING
	case *ast.BinaryExpr:
		return bareString(x.X) || bareString(x.Y)
	case *ast.CallExpr:
		return slices.Contains(stringMakers, called(x))
	}
	return false
}
