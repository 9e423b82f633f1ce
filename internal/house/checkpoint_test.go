package house

import (
	"go/ast"
	"go/token"
	"strings"
)

// A goroutine inside assembly cannot be stopped, and a stub has no prologue in which it would stop itself. A loop around
// one therefore holds up the collector, and with it every goroutine, unless it calls Checkpoint.
//
// The rule sees the outermost loops of internal/kernel and device/cpu: those from which a function without a body is
// called, or a slot (a variable that starts as a function called xGeneric), or from device/cpu a function of the kernels
// that calls one without a checkpoint of its own. It does not see calls through a parameter or a field.
var _ = register(rule{
	name: "checkpoint",
	check: func(t *tree) (bad []string) {
		packages := t.product()
		kernels := assembly(packages["internal/kernel"])
		cpu := assembly(packages["device/cpu"])
		for _, d := range declared(packages["internal/kernel"]) {
			if d.Body != nil && d.Name.IsExported() && firstCall(d.Body, kernels) != nil && !checks(d.Body) {
				cpu["kernel."+d.Name.Name] = true
			}
		}
		for dir, fast := range map[string]map[string]bool{"internal/kernel": kernels, "device/cpu": cpu} {
			for _, f := range packages[dir] {
				ast.Inspect(f.syntax, func(n ast.Node) bool {
					loop := loopBody(n)
					if loop == nil {
						return true
					}
					if c := firstCall(loop, fast); c != nil && !checks(loop) {
						bad = append(bad, t.at(c, "calls %s in a loop without Checkpoint", called(c)))
					}
					return false
				})
			}
		}
		return bad
	},
	breaks: []breach{
		{`
-- internal/kernel/a.go --
package kernel
func axpyAVX2(x []float32)
func f(x []float32) {
	for i := 0; i < 9; i++ {
		axpyAVX2(x)
	}
}
`, "internal/kernel/a.go:5: calls axpyAVX2 in a loop without Checkpoint"},
		{`
-- internal/kernel/a.go --
package kernel
var axpy = axpyGeneric[float32]
func axpyGeneric[T any](x []T) {}
func f(x [][]float32) {
	for _, x := range x {
		if len(x) > 0 { axpy(x) }
	}
}
`, "internal/kernel/a.go:6: calls axpy in a loop without Checkpoint"},
		{`
-- internal/kernel/a.go --
package kernel
func axpyAVX2(x []float32)
func Axpy(x []float32) { axpyAVX2(x) }
-- device/cpu/a.go --
package cpu
func f(x [][]float32) {
	for i := range x {
		kernel.Axpy(x[i])
	}
}
`, "device/cpu/a.go:4: calls kernel.Axpy in a loop without Checkpoint"},
	},
	keeps: `
-- internal/kernel/a.go --
package kernel
var axpy = axpyGeneric
var n = nGeneric()
func axpyGeneric(x []float32) { for range x { nGeneric() } }
func nGeneric() int { return 1 }
func f(x [][]float32) {
	for _, x := range x {
		axpy(x)
		Checkpoint()
	}
	axpy(nil)
}
func Whole(x [][]float32) { f(x) }
-- device/cpu/a.go --
package cpu
func axpy(x [][]float32) {}
func f(x [][]float32) {
	for range x { kernel.Whole(x); axpy(x) }
	for range x {
		for range x { kernel.Axpy(x[0]) }
		kernel.Checkpoint()
	}
}
`,
})

// assembly returns the names of functions without a body and of slots for them.
func assembly(files []*file) map[string]bool {
	names := map[string]bool{}
	for _, f := range files {
		for _, d := range f.syntax.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Body == nil && d.Recv == nil {
					names[d.Name.Name] = true
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if v, ok := s.(*ast.ValueSpec); ok && d.Tok == token.VAR {
						slots(names, v)
					}
				}
			}
		}
	}
	return names
}

func slots(names map[string]bool, v *ast.ValueSpec) {
	for i, x := range v.Values {
		if g, ok := x.(*ast.IndexExpr); ok {
			x = g.X
		}
		if f, ok := x.(*ast.Ident); ok && strings.HasSuffix(f.Name, "Generic") && i < len(v.Names) {
			names[v.Names[i].Name] = true
		}
	}
}

func loopBody(n ast.Node) *ast.BlockStmt {
	switch n := n.(type) {
	case *ast.ForStmt:
		return n.Body
	case *ast.RangeStmt:
		return n.Body
	}
	return nil
}

// firstCall returns the first call below n of one of the functions.
func firstCall(n ast.Node, of map[string]bool) (found *ast.CallExpr) {
	ast.Inspect(n, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok && found == nil && of[called(c)] {
			found = c
		}
		return found == nil
	})
	return found
}

func checks(body *ast.BlockStmt) bool {
	return firstCall(body, map[string]bool{"Checkpoint": true, "kernel.Checkpoint": true, "parallel.Checkpoint": true}) != nil
}
