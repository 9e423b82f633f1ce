package house

import (
	"go/doc"
	"path"
	"strings"
)

// charters holds what each package is for, in the words with which the first sentence of its comment says so. What a
// package is for is decided before it is written: a change here is a change of plan.
var charters = map[string]string{
	"internal/cpuid":    "which vector extensions this processor and its system offer",
	"internal/parallel": "splits a range over the processors",
	"internal/dlopen":   "opens a shared library and calls it, without cgo",
	"internal/fourier":  "the discrete Fourier transform of any length",
	"internal/hdf5":     "reads and writes the hierarchical data format, HDF5",
	"internal/chart":    "draws lines over axes as SVG, for reports and documents",
	"internal/usage":    "tells what the process has used of the machine",
	"internal/durable":  "makes files and folders appear at once, or not at all",
	"internal/wire":     "reads and writes the protocol-buffer wire format",
	"internal/kernel":   "the inner loops, over slices",
	"device":            "the waist",
	"device/cpu":        "shapes, strides, blocking and goroutines around the kernels",
	"device/cuda":       "the NVIDIA driver, found at run time",
	"device/meta":       "a device without elements",
	"device/trace":      "wraps a device",
	"device/fuse":       "wraps a device",
	"device/devicetest": "what every device must do",
	"rng":               "counter-based random numbers",
	"tensor":            "an n-dimensional array, its algebra, and how it was computed",
	"op":                "the operations with a name in the literature",
	"autograd":          "walks a history back",
	"data":              "examples",
	"format":            "names to tensors",
	"metric":            "how good a prediction is",
	"nn":                "layers",
	"objective":         "what a model is trained for",
	"optim":             "gradients to updates",
	"model":             "architectures by name",
	"train":             "the loop",
	"generate":          "tokens one after another",
	"interpret":         "why a model answered as it did",
	"privacy":           "learning that does not leak its examples",
	"compress":          "smaller and faster",
	"recipe":            "a whole run written down",
	"serve":             "a model behind HTTP",
	"dashboard":         "a run, a model and its reasons, in a browser",
}

var _ = register(rule{
	name: "charter",
	check: func(t *tree) (bad []string) {
		for dir, files := range t.product() {
			var with []*file
			for _, f := range files {
				if f.syntax.Doc != nil && strings.TrimSpace(f.syntax.Doc.Text()) != "" {
					with = append(with, f)
				}
			}
			name := files[0].syntax.Name.Name
			switch len(with) {
			case 0:
				bad = append(bad, files[0].path+": package "+dir+" has no package comment")
				continue
			case 1:
			default:
				bad = append(bad, with[1].path+": package "+dir+" has a comment in "+with[0].path+" already")
			}
			text := with[0].syntax.Doc.Text()
			if name != "main" && !strings.HasPrefix(text, "Package "+name+" ") {
				bad = append(bad, with[0].path+": the comment must begin with \"Package "+name+"\"")
			}
			sentence := new(doc.Package).Synopsis(text)
			if want := charters[dir]; !strings.Contains(plain(sentence), plain(want)) {
				bad = append(bad, with[0].path+": the first sentence must say \""+want+"\"")
			}
			if name != "main" && name != path.Base(dir) && dir != "." {
				bad = append(bad, files[0].path+": package "+name+" in folder "+path.Base(dir))
			}
		}
		return bad
	},
	breaks: []breach{
		{"\n-- op/a.go --\npackage op\n", "op/a.go: package op has no package comment"},
		{"\n-- rng/a.go --\n// Package rng gives\n// [counter-based] random numbers.\npackage rng\n-- rng/b.go --\n// Package rng.\npackage rng\n", "rng/b.go: package rng has a comment in rng/a.go already"},
		{"\n-- model/gpt/a.go --\n// GPT is a model.\npackage gpt\n", `must begin with "Package gpt"`},
		{"\n-- metric/a.go --\n// Package metric is a bag of functions. It says how good a prediction is.\npackage metric\n", `must say "how good a prediction is"`},
		{"\n-- model/gpt/a.go --\n// Package gpt2 is a model.\npackage gpt2\n", "package gpt2 in folder gpt"},
	},
	keeps: `
-- rng/a.go --
// Package rng gives [counter-based]
// random numbers (Philox).
package rng
-- rng/b.go --
//go:build linux

package rng
-- cmd/jimu/main.go --
// Jimu trains models.
package main
`,
})

// plain returns s in lower case, on one line, without the marks of links and code.
func plain(s string) string {
	s = strings.NewReplacer("[", "", "]", "", "`", "").Replace(s)
	return strings.ToLower(strings.Join(strings.Fields(s), " "))
}
