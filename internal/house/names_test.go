package house

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// empty are the names that say nothing about what is inside.
var empty = strings.Fields("util utils common helper helpers misc base manager impl")

// suffixes may follow an underscore in a file's name: they decide where the file is built.
var suffixes = strings.Fields(`test
	linux darwin windows freebsd netbsd openbsd dragonfly solaris illumos aix android ios js wasip1 plan9 unix other
	amd64 arm64 386 arm wasm riscv64 ppc64 ppc64le s390x loong64 mips mipsle mips64 mips64le
	asm noasm dl nodl race norace`)

var flat = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

var _ = register(rule{
	name: "names",
	check: func(t *tree) (bad []string) {
		for _, p := range t.paths {
			if ext := path.Ext(p); (ext != ".go" && ext != ".s") || !inPackage(p) {
				continue
			}
			for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
				if slices.Contains(empty, path.Base(dir)) {
					bad = append(bad, p+": a folder called "+path.Base(dir)+" says nothing")
				} else if !flat.MatchString(path.Base(dir)) {
					bad = append(bad, p+": folders are one lower-case word, unlike "+path.Base(dir))
				}
			}
			thing, rest, _ := strings.Cut(strings.TrimSuffix(path.Base(p), path.Ext(p)), "_")
			switch {
			case slices.Contains(empty, thing):
				bad = append(bad, p+": a file called "+thing+" says nothing")
			case !flat.MatchString(thing):
				bad = append(bad, p+": file names are lower case and flattened (crossentropy.go)")
			}
			for _, s := range strings.FieldsFunc(rest, func(r rune) bool { return r == '_' }) {
				if !slices.Contains(suffixes, s) {
					bad = append(bad, p+": _"+s+" is no suffix we know; file names are flattened (crossentropy.go)")
				}
			}
		}
		return bad
	},
	breaks: []breach{
		{"\n-- nn/utils/a.go --\npackage utils\n", "a folder called utils says nothing"},
		{"\n-- op/helpers_test.go --\npackage op\n", "a file called helpers says nothing"},
		{"\n-- op/crossEntropy.go --\npackage op\n", "lower case and flattened"},
		{"\n-- op/cross_entropy.go --\npackage op\n", "_entropy is no suffix we know"},
		{"\n-- internal/kernel/gemm_fast_amd64.s --\nTEXT\n", "_fast is no suffix"},
		{"\n-- model/big_gpt/a.go --\npackage gpt\n", "folders are one lower-case word"},
	},
	keeps: `
-- op/crossentropy_test.go --
package op
-- internal/kernel/axpy_amd64.s --
TEXT
-- internal/kernel/_asm/gemm_f32.go --
package main
-- device/cpu/pages_unix_test.go --
package cpu
`,
})
