package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestDoctor(t *testing.T) {
	out := well(t, "doctor")
	for _, want := range []string{"processor", "kernels", "gradients", "checkpoints", "Everything is in order."} {
		if !strings.Contains(out, want) {
			t.Errorf("the doctor does not say %q:\n%s", want, out)
		}
	}
}

func TestDoctorSeesWhatIsWrong(t *testing.T) {
	before := probes
	defer func() { probes = before }()
	probes = append(slices.Clone(probes), of("Wrong", func(x array) array { return x.Detach().Scale(2) }))
	out, errors, code := jimu(t, "doctor")
	if code != failed || !strings.Contains(out, "gradients    WRONG: Wrong: ") || !strings.Contains(errors, "gradients") {
		t.Errorf("exit code %d\n%s%s", code, out, errors)
	}
}

func TestEveryKernelHasAProbe(t *testing.T) {
	if left := unchecked(); left != nil {
		t.Errorf("kernels without a probe in kernels.go: %v", left)
	}
}

// undifferentiated are the operations that have no gradient, and what makes constants for others.
var undifferentiated = []string{
	"OneHot", "Quantize", "QuantizeInt8", "LinearInt8", "NMS", "SoftNMS", "MatrixRank", "LengthMask", "ALiBi", "Sinusoidal",
	"RotaryFrequencies", "LinearFrequencies", "NTKFrequencies", "MaxPoolIndices", "PowerIteration",
	"Hann", "Hamming", "Blackman", "Nuttall", "Rectangular", "Bartlett", "Cosine", "Kaiser", "Gaussian",
}

func TestEveryOperationHasAProbe(t *testing.T) {
	files, err := filepath.Glob("../../op/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv != nil || !fn.Name.IsExported() || slices.Contains(undifferentiated, fn.Name.Name) {
				continue
			}
			if !slices.ContainsFunc(probes, func(p probe) bool { return p.name == fn.Name.Name }) {
				t.Errorf("op.%s has no probe in gradients.go", fn.Name.Name)
			}
		}
	}
}
