package recipe

import (
	"embed"
	"path"
	"slices"
	"strings"
)

//go:embed builtin/*.json
var builtin embed.FS

// Names returns the names of the recipes that come with the program.
func Names() []string {
	files, err := builtin.ReadDir("builtin")
	if err != nil {
		return nil // it is embedded
	}
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f.Name(), ".json"))
	}
	return names
}

// Builtin returns the recipe of that name that comes with the program.
func Builtin(name string) (*Recipe, error) {
	if !slices.Contains(Names(), name) {
		return nil, noSuch("", "recipe", name, Names())
	}
	text, err := builtin.ReadFile(path.Join("builtin", name+".json"))
	if err != nil {
		return nil, err
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
