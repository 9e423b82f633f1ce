package tensor

import (
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
)

// An Error is what a misuse of tensors panics with: shapes that do not fit, most often.
type Error struct {
	Op    string // the operation, such as "MatMul"
	Msg   string // what does not fit, with the shapes
	Layer string // the path of the layer whose parameter took part, if one did
	At    string // file and line of the caller outside this module's layers
}

// Error says the operation, what does not fit, and where: "MatMul: shapes [256 783] and [784 4096] do not fit (layer
// fc1, main.go:31)".
func (e *Error) Error() string {
	s := e.Op + ": " + e.Msg
	switch {
	case e.Layer != "" && e.At != "":
		return s + " (layer " + e.Layer + ", " + e.At + ")"
	case e.Layer != "":
		return s + " (layer " + e.Layer + ")"
	case e.At != "":
		return s + " (" + e.At + ")"
	}
	return s
}

// Errorf returns an [Error] of operation op, to panic with. A *Tensor among args stands for its shape, and names the
// layer if it is a parameter.
func Errorf(op, format string, args ...any) *Error {
	e := &Error{Op: op, At: caller()}
	for i, a := range args {
		switch a := a.(type) {
		case *Tensor:
			if a == nil {
				args[i] = "none"
				continue
			}
			args[i] = slices.Clone(a.Shape())
			if j := strings.LastIndexByte(a.name, '.'); j > 0 && e.Layer == "" {
				e.Layer = a.name[:j]
			}
		case []int:
			args[i] = slices.Clone(a)
		}
	}
	e.Msg = fmt.Sprintf(format, args...)
	return e
}

// quiet lists the packages whose lines are not the user's.
var quiet = []string{"/tensor.", "/op.", "/nn.", "/objective.", "/autograd.", "/optim.", "/metric.", "/train.", "/device", "/internal/"}

// caller returns file:line of the first caller outside the packages that compute.
func caller() string {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, "runtime.") && !inside(f) {
			if f.File == "" {
				return ""
			}
			return fmt.Sprintf("%s:%d", path.Base(f.File), f.Line)
		}
		if !more {
			return ""
		}
	}
}

func inside(f runtime.Frame) bool {
	const module = "github.com/jimu-ml/jimu"
	rest, ok := strings.CutPrefix(f.Function, module)
	return ok && !strings.HasSuffix(f.File, "_test.go") &&
		slices.ContainsFunc(quiet, func(q string) bool { return strings.HasPrefix(rest, q) })
}

// Catch calls f and returns the [Error] it panics with, if it does. Other panics pass.
func Catch(f func()) (err error) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *Error:
			err = e
		default:
			panic(e)
		}
	}()
	f()
	return nil
}
