package house

import (
	"go/ast"
	"path"
	"slices"
	"strconv"
	"strings"
)

// storeys lists the packages from the ground up, the number of the floor first. A package imports only from lines above
// its own, and its own shelf: a member ("device/cpu") its head ("device"), a collector its members. What lies
// below a listed folder is a member of it and need not be listed.
//
// It is a statement of policy: do not change it to mend a build.
const storeys = `
1 internal/cpuid internal/dlopen internal/wire
1 internal/kernel
1 internal/parallel internal/fourier internal/hdf5 internal/durable internal/usage internal/chart
2 device rng
3 tensor
4 op data format metric autograd
5 nn objective optim
6 train generate model interpret privacy compress
7 serve recipe dashboard
8 cmd examples
`

// collectors import the other members of their shelf.
var collectors = []string{"data/sample", "device/devicetest", "format/all", "model/all", "recipe/all"}

// testOnly lists the packages that only tests import.
var testOnly = []string{"internal/check", "internal/house", "model/modeltest", "recipe/recipetest"}

// A place is where a package stands in the picture.
type place struct {
	shelf         string // "device" for "device/cpu"
	storey, floor int    // counted from 1; 0 where there is none
}

var places = func() map[string]place {
	m := map[string]place{}
	for i, line := range strings.Split(strings.TrimSpace(storeys), "\n") {
		names := strings.Fields(line)
		floor, _ := strconv.Atoi(names[0])
		for _, shelf := range names[1:] {
			m[shelf] = place{shelf, i + 1, floor}
		}
	}
	return m
}()

func placeOf(dir string) place {
	for ; dir != "."; dir = path.Dir(dir) {
		if p, ok := places[dir]; ok {
			return p
		}
	}
	return place{}
}

var _ = register(rule{
	name: "floors",
	check: func(t *tree) (bad []string) {
		for dir, files := range t.product() {
			if slices.Contains(testOnly, dir) {
				continue
			}
			from := placeOf(dir)
			if from.floor == 0 && dir != "." {
				bad = append(bad, files[0].path+": package "+dir+" has no place in the picture (storeys, in floors_test.go)")
			}
			for _, f := range files {
				f.imports(func(s *ast.ImportSpec, p string) {
					if p == "C" {
						bad = append(bad, t.at(s, "no cgo here"))
					}
					to, ok := local(p)
					if !ok {
						return
					}
					if why := mayNot(dir, from, to, placeOf(to)); why != "" {
						bad = append(bad, t.at(s, "%s (floor %d) imports %s (floor %d): %s", dir, from.floor, to, placeOf(to).floor, why))
					}
				})
			}
		}
		return bad
	},
	breaks: []breach{
		{"\n-- op/x.go --\npackage op\nimport _ \"github.com/jimu-ml/jimu/nn\"\n", "op/x.go:2: op (floor 4) imports nn (floor 5): that is no lower"},
		{"\n-- optim/x.go --\npackage optim\nimport _ \"github.com/jimu-ml/jimu/nn\"\n", "that is no lower"},
		{"\n-- internal/kernel/x.go --\npackage kernel\nimport _ \"github.com/jimu-ml/jimu/internal/parallel\"\n", "that is no lower"},
		{"\n-- device/x.go --\npackage device\nimport _ \"github.com/jimu-ml/jimu/device/cpu\"\n", "the head of a shelf does not know its members"},
		{"\n-- model/gpt/x.go --\npackage gpt\nimport _ \"github.com/jimu-ml/jimu/model/vgg\"\n", "members of a shelf do not know each other"},
		{"\n-- tensor/x.go --\npackage tensor\nimport _ \"github.com/jimu-ml/jimu/internal/check\"\n", "only tests import it"},
		{"\n-- train/x.go --\npackage train\nimport _ \"github.com/jimu-ml/jimu\"\n", "holds only a comment"},
		{"\n-- solver/x.go --\npackage solver\n", "package solver has no place"},
		{"\n-- device/cuda/x.go --\npackage cuda\nimport \"C\"\n", "no cgo"},
	},
	keeps: `
-- model/all/x.go --
package all
import _ "github.com/jimu-ml/jimu/model/gpt"
-- device/cpu/x.go --
package cpu
import _ "github.com/jimu-ml/jimu/device"
import _ "github.com/jimu-ml/jimu/internal/kernel"
-- internal/kernel/x.go --
package kernel
import _ "github.com/jimu-ml/jimu/internal/cpuid"
-- tensor/x_test.go --
package tensor_test
import _ "github.com/jimu-ml/jimu/internal/check"
import _ "github.com/jimu-ml/jimu/autograd"
-- internal/check/x.go --
package check
import _ "github.com/jimu-ml/jimu/tensor"
-- internal/kernel/_asm/x.go --
package main
import _ "github.com/jimu-ml/jimu/train"
`,
})

// mayNot says why package dir must not import package to, or nothing if it may.
func mayNot(dir string, from place, to string, there place) string {
	switch {
	case slices.Contains(testOnly, to):
		return "only tests import it"
	case to == ".", dir == ".":
		return "the root package holds only a comment"
	case there.storey == 0:
		return "that has no place in the picture"
	case from.shelf == there.shelf:
		switch {
		case within(dir, to), slices.Contains(collectors, dir):
			return ""
		case within(to, dir):
			return "the head of a shelf does not know its members"
		}
		return "members of a shelf do not know each other"
	case there.storey >= from.storey && from.storey > 0:
		return "that is no lower"
	}
	return ""
}
