package house

import (
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
)

// catalogues maps the packages whose table is their test to the things that need a row in it.
var catalogues = map[string]func(files []*file) map[string]ast.Node{
	"op":        operations,
	"nn":        layers,
	"objective": objectives,
	"optim":     updates,
}

var _ = register(rule{
	name: "rows",
	check: func(t *tree) (bad []string) {
		for dir, things := range catalogues {
			rows := t.rows(dir)
			for name, n := range things(t.product()[dir]) {
				if !rows[name] {
					bad = append(bad, t.at(n, "%s.%s has no row in the table of tests: register(sample{name: %q, …})", dir, name, name))
				}
			}
		}
		return bad
	},
	breaks: []breach{
		{`
-- op/relu.go --
package op
import "github.com/jimu-ml/jimu/tensor"
func Relu(x *tensor.Tensor) *tensor.Tensor { return x }
-- op/relu_test.go --
package op
func init() { register(sample{name: "Reluctant"}) }
`, `op/relu.go:3: op.Relu has no row`},
		{`
-- nn/linear.go --
package nn
type Linear struct{}
func (l *Linear) Forward() {}
-- nn/linear_test.go --
package nn
var s = "Linear"
`, "nn/linear.go:3: nn.Linear has no row"},
		{`
-- objective/mse.go --
package objective
func MSE() Loss { return Loss{} }
type Hinge struct{}
func (Hinge) Loss() float64 { return 0 }
`, "objective.Hinge has no row"},
		{"\n-- objective/mse.go --\npackage objective\nfunc MSE() Loss { return Loss{} }\n", "objective.MSE has no row"},
		{`
-- optim/adam.go --
package optim
type Rule interface { Update(); State() int }
type Adam struct{}
func (a Adam) Update() {}
func (a Adam) State() int { return 1 }
`, "optim.Adam has no row"},
	},
	keeps: `
-- op/relu.go --
package op
import "github.com/jimu-ml/jimu/tensor"
func Relu(x *tensor.Tensor) *tensor.Tensor { return x }
func Tanh(x *tensor.Tensor) *tensor.Tensor { return x }
func Axes(x *tensor.Tensor) int { return 1 }
func hidden(x *tensor.Tensor) *tensor.Tensor { return x }
-- op/relu_test.go --
package op
func init() {
	register(sample{name: "Relu/negative"})
	for _, s := range []sample{{name: "Tanh"}} { register(s) }
}
-- optim/adam.go --
package optim
type Rule interface { Update(); State() int }
type Schedule struct{}
func (Schedule) State() int { return 1 }
`,
})

// rows returns the names of the samples that the tests of a package register: each string in a call of register or in
// a literal of samples, up to the first character that cannot stand in a name.
func (t *tree) rows(dir string) map[string]bool {
	names := map[string]bool{}
	for _, f := range t.files {
		if !f.test || f.dir != dir {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if called(n) == "register" {
					words(n, names)
				}
			case *ast.CompositeLit:
				if isSample(n.Type) {
					words(n, names)
				}
			}
			return true
		})
	}
	return names
}

func isSample(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name == "sample"
	case *ast.ArrayType:
		return isSample(x.Elt)
	case *ast.StarExpr:
		return isSample(x.X)
	}
	return false
}

var firstName = regexp.MustCompile(`^(\w+)(?:$|[ /,(])`)

// words adds the first word of each string below n.
func words(n ast.Node, to map[string]bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
			s, _ := strconv.Unquote(l.Value)
			if m := firstName.FindStringSubmatch(s); m != nil {
				to[m[1]] = true
			}
		}
		return true
	})
}

// operations returns the exported functions that make tensors.
func operations(files []*file) map[string]ast.Node {
	return functions(files, func(result ast.Expr) bool {
		p, _ := result.(*ast.StarExpr)
		if p == nil {
			return false
		}
		s, _ := p.X.(*ast.SelectorExpr)
		return s != nil && s.Sel.Name == "Tensor"
	})
}

// layers returns the exported types that have a method Forward.
func layers(files []*file) map[string]ast.Node { return having(files, "Forward") }

// objectives returns the exported types that have a method Loss, and the functions that make one.
func objectives(files []*file) map[string]ast.Node {
	all := functions(files, func(result ast.Expr) bool {
		x, _ := result.(*ast.Ident)
		return x != nil && x.Name == "Loss"
	})
	for name, n := range having(files, "Loss") {
		all[name] = n
	}
	return all
}

// updates returns the exported types that have the methods of the interface Rule.
func updates(files []*file) map[string]ast.Node {
	var methods []string
	for _, f := range files {
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if s, ok := n.(*ast.TypeSpec); ok && s.Name.Name == "Rule" {
				if i, ok := s.Type.(*ast.InterfaceType); ok {
					for _, m := range i.Methods.List {
						for _, name := range m.Names {
							methods = append(methods, name.Name)
						}
					}
				}
			}
			return true
		})
	}
	if len(methods) == 0 {
		return nil
	}
	return having(files, methods...)
}

// functions returns the exported functions one of whose results is wanted.
func functions(files []*file, wanted func(result ast.Expr) bool) map[string]ast.Node {
	found := map[string]ast.Node{}
	for _, d := range declared(files) {
		if d.Recv != nil || !d.Name.IsExported() || d.Type.Results == nil {
			continue
		}
		for _, r := range d.Type.Results.List {
			if wanted(r.Type) {
				found[d.Name.Name] = d
			}
		}
	}
	return found
}

// having returns the exported types that have all of the methods.
func having(files []*file, methods ...string) map[string]ast.Node {
	found := map[string]ast.Node{}
	count := map[string]int{}
	for _, d := range declared(files) {
		for _, m := range methods {
			if name := receiver(d); d.Name.Name == m && ast.IsExported(name) {
				if count[name]++; count[name] == len(methods) {
					found[name] = d
				}
			}
		}
	}
	return found
}

func declared(files []*file) (all []*ast.FuncDecl) {
	for _, f := range files {
		for _, d := range f.syntax.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				all = append(all, d)
			}
		}
	}
	return all
}
