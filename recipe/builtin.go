package recipe

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"
)

//go:embed builtin/*.json
var own embed.FS

// builtins are the documents of the recipes that come with the program, by name.
var builtins = map[string][]byte{}

func init() {
	folder, err := fs.Sub(own, "builtin")
	if err != nil {
		panic(errorf("", "recipe: %v", err)) // it is embedded
	}
	RegisterBuiltins(folder)
}

// RegisterBuiltins makes the recipes known that are the JSON files of a folder, each by the name of its file. It is called
// from init functions; a name taken twice panics.
func RegisterBuiltins(folder fs.FS) {
	files, err := fs.Glob(folder, "*.json")
	if err != nil {
		panic(errorf("", "recipe: %v", err))
	}
	for _, f := range files {
		text, err := fs.ReadFile(folder, f)
		name := strings.TrimSuffix(path.Base(f), ".json")
		if _, taken := builtins[name]; taken || err != nil {
			panic(errorf("", "recipe: the built-in recipe %q is taken, or cannot be read: %v", name, err))
		}
		builtins[name] = text
	}
}

// Names returns the names of the recipes that come with the program.
func Names() []string {
	names := make([]string, 0, len(builtins))
	for name := range builtins {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Builtin returns the recipe of that name that comes with the program.
func Builtin(name string) (*Recipe, error) {
	text, there := builtins[name]
	if !there {
		return nil, noSuch("", "recipe", name, Names())
	}
	return Parse(text)
}

// Find returns the recipe in a file, if the name ends in .json, or the one that comes with the program.
func Find(name string) (*Recipe, error) {
	if strings.HasSuffix(name, ".json") {
		return Read(name)
	}
	return Builtin(name)
}
