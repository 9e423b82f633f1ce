package house

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// promised are the two commands that every README begins with.
var promised = []string{"go run ./cmd/jimu train fashion", "go test ./..."}

var _ = register(rule{
	name: "readme",
	check: func(t *tree) (bad []string) {
		for _, readme := range []string{"README.md", "README.zh-CN.md"} {
			text, ok := t.texts[readme]
			if !ok {
				continue
			}
			shell := blocks(text, "sh")
			for _, c := range promised {
				if !strings.Contains(shell, c) {
					bad = append(bad, readme+": does not show `"+c+"`")
				}
			}
			for line := range strings.Lines(shell) {
				bad = append(bad, t.command(readme, line)...)
			}
			if code := blocks(text, "go"); code != "" && !t.compiles(code) {
				bad = append(bad, readme+": its Go code stands in no example, so nothing compiles it")
			}
		}
		return bad
	},
	breaks: []breach{
		{"\n-- README.md --\n```sh\ngo test ./...\n```\n", "does not show `go run ./cmd/jimu train fashion`"},
		{"\n-- README.md --\n```sh\ngo run ./cmd/jimu train fashion\n```\n", "README.md: no command in cmd/jimu"},
		{"\n-- README.md --\n```sh\ngo run ./cmd/jimu train fashion\n```\n-- cmd/jimu/main.go --\npackage main\n", "README.md: no file cmd/jimu/train.go"},
		{"\n-- README.md --\n```sh\nmake everything\n```\n-- Makefile --\nall:\n", "README.md: no target everything in the Makefile"},
		{"\n-- README.md --\n```go\nfunc main() {}\n```\n", "its Go code stands in no example"},
		{"\n-- README.md --\n```sh\nbash tools/x\n```\n", "README.md: no file tools/x"},
	},
	keeps: `
-- README.md --
` + "```sh\ngo run ./cmd/jimu train fashion   # two minutes\ngo test ./...\nmake bench\nbash .ci/run\n```\n```go\nfunc main() {}\n```" + `
-- cmd/jimu/main.go --
package main
-- cmd/jimu/train.go --
package main
-- examples/nothing/main.go --
package main
func main() {}
-- Makefile --
bench: build ## Measure
-- .ci/run --
`,
})

// command says what a line of shell names that is not there.
func (t *tree) command(where, line string) (bad []string) {
	missing := func(format string, args ...any) { bad = append(bad, where+": "+fmt.Sprintf(format, args...)) }
	line, _, _ = strings.Cut(line, "#")
	w := strings.Fields(line)
	switch {
	case len(w) > 2 && w[0] == "go" && w[1] == "run" && strings.HasPrefix(w[2], "./"):
		dir := path.Clean(w[2])
		files := t.product()[dir]
		if len(files) == 0 || files[0].syntax.Name.Name != "main" {
			missing("no command in %s", dir)
		} else if len(w) > 3 && dir == "cmd/jimu" && !t.has(dir+"/"+w[3]+".go") {
			missing("no file %s/%s.go for its subcommand", dir, w[3])
		}
	case len(w) > 1 && w[0] == "make":
		target := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(w[1]) + `:`)
		if !target.MatchString(t.texts["Makefile"]) {
			missing("no target %s in the Makefile", w[1])
		}
	case len(w) > 1 && w[0] == "bash" && !t.has(path.Clean(w[1])):
		missing("no file %s", w[1])
	}
	return bad
}

// compiles reports whether the code stands in a Go file of a package, word for word.
func (t *tree) compiles(code string) bool {
	return slices.ContainsFunc(t.files, func(f *file) bool { return strings.Contains(t.texts[f.path], code) })
}

func (t *tree) has(name string) bool {
	_, ok := t.texts[name]
	return ok
}

// blocks returns the fenced blocks of a language in a Markdown text, one after another.
func blocks(text, language string) string {
	var b strings.Builder
	var in string
	for line := range strings.Lines(text) {
		if mark, ok := strings.CutPrefix(strings.TrimSpace(line), "```"); ok {
			if in == "" {
				in = mark + " "
			} else {
				in = ""
			}
		} else if in == language+" " {
			b.WriteString(line)
		}
	}
	return b.String()
}

var link = regexp.MustCompile(`\]\(([^)#\s]+)[^)]*\)`)

var _ = register(rule{
	name: "links",
	check: func(t *tree) (bad []string) {
		exists := map[string]bool{".": true}
		for _, p := range t.paths {
			for ; p != "."; p = path.Dir(p) {
				exists[p] = true
			}
		}
		for name, text := range t.texts {
			if path.Ext(name) != ".md" {
				continue
			}
			for _, m := range link.FindAllStringSubmatch(text, -1) {
				if !strings.Contains(m[1], ":") && !exists[path.Join(path.Dir(name), m[1])] {
					bad = append(bad, name+": the link to "+m[1]+" leads nowhere")
				}
			}
		}
		return bad
	},
	breaks: []breach{{"\n-- docs/a.md --\nsee [the law](../LAW.md#one)\n", "docs/a.md: the link to ../LAW.md leads nowhere"}},
	keeps:  "\n-- docs/a.md --\n[here](a.md#x) [there](https://example.org) [up](../docs) [top](#top)\n",
})
