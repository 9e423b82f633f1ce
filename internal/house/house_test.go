package house

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// A rule finds what in a tree breaks it.
type rule struct {
	name   string
	check  func(*tree) []string // each begins with the file, and the line if there is one
	breaks []breach
	keeps  string // a tree that keeps the rule, though it looks as if it might not
}

// A breach is a tree that breaks a rule. Files begin with a line "-- path --".
type breach struct {
	files string
	want  string // part of the message
}

var rules []rule

func register(r rule) bool {
	rules = append(rules, r)
	return true
}

func TestHouse(t *testing.T) {
	tree, err := read(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.files) < 10 {
		t.Fatalf("read %d Go files: is this the module's root?", len(tree.files))
	}
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			for _, p := range slices.Sorted(slices.Values(r.check(tree))) {
				t.Error(p)
			}
		})
	}
}

func TestRules(t *testing.T) {
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			for _, b := range r.breaks {
				got := strings.Join(r.check(plant(t, b.files)), "\n")
				if !strings.Contains(got, b.want) {
					t.Errorf("in this tree:%s\ngot  %q\nwant %q", b.files, got, b.want)
				}
			}
			if got := r.check(plant(t, r.keeps)); len(got) > 0 {
				t.Errorf("in this tree:%s\ngot %q", r.keeps, got)
			}
			if got := r.check(plant(t, "")); len(got) > 0 {
				t.Errorf("in an empty tree: got %q", got)
			}
		})
	}
}

// plant reads a tree written as one string.
func plant(t *testing.T, files string) *tree {
	t.Helper()
	fsys := fstest.MapFS{}
	var name string
	for line := range strings.Lines(files) {
		if s, ok := strings.CutPrefix(line, "-- "); ok {
			name = strings.TrimSuffix(strings.TrimSpace(s), " --")
			fsys[name] = new(fstest.MapFile)
		} else if name != "" {
			fsys[name].Data = append(fsys[name].Data, line...)
		}
	}
	tree, err := read(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}
