package house

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const module = "github.com/jimu-ml/jimu"

// A tree is a module's files.
type tree struct {
	fset  *token.FileSet
	paths []string          // of all files, in order
	texts map[string]string // path to content, of those that are text
	files []*file           // the Go files of packages, tests too
}

// A file is a parsed Go file.
type file struct {
	path, dir string
	lines     int
	test      bool
	generated bool
	syntax    *ast.File
}

// read reads a tree. It leaves out what .gitignore names as a folder of the root ("/bin/"), and what Git owns.
func read(fsys fs.FS) (*tree, error) {
	t := &tree{fset: token.NewFileSet(), texts: map[string]string{}}
	ignored := []string{".git"}
	if b, err := fs.ReadFile(fsys, ".gitignore"); err == nil {
		for _, line := range strings.Fields(string(b)) {
			if strings.HasPrefix(line, "/") && strings.HasSuffix(line, "/") {
				ignored = append(ignored, strings.Trim(line, "/"))
			}
		}
	}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case slices.Contains(ignored, name):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		}
		t.paths = append(t.paths, name)
		return t.add(fsys, name, d)
	})
	return t, err
}

func (t *tree) add(fsys fs.FS, name string, d fs.DirEntry) error {
	const large = 1 << 20 // data, not text that somebody wrote
	info, err := d.Info()
	if err != nil || !info.Mode().IsRegular() || info.Size() > large {
		return err
	}
	b, err := fs.ReadFile(fsys, name)
	if err != nil || bytes.IndexByte(b, 0) >= 0 || !utf8.Valid(b) {
		return err
	}
	t.texts[name] = string(b)
	if path.Ext(name) != ".go" || !inPackage(name) {
		return nil
	}
	f, err := parser.ParseFile(t.fset, name, b, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	t.files = append(t.files, &file{
		path:      name,
		dir:       path.Dir(name),
		lines:     bytes.Count(b, []byte("\n")),
		test:      strings.HasSuffix(name, "_test.go"),
		generated: ast.IsGenerated(f),
		syntax:    f,
	})
	return nil
}

// inPackage reports whether the go command looks into the file's folder.
func inPackage(name string) bool {
	return !slices.ContainsFunc(strings.Split(path.Dir(name), "/"), func(dir string) bool {
		return dir == "testdata" || dir[0] == '_' || dir[0] == '.' && dir != "."
	})
}

// product returns the Go files that are not tests, by folder.
func (t *tree) product() map[string][]*file {
	dirs := map[string][]*file{}
	for _, f := range t.files {
		if !f.test {
			dirs[f.dir] = append(dirs[f.dir], f)
		}
	}
	return dirs
}

// at begins a message with the line of n.
func (t *tree) at(n ast.Node, format string, args ...any) string {
	p := t.fset.Position(n.Pos())
	return fmt.Sprintf("%s:%d: ", p.Filename, p.Line) + fmt.Sprintf(format, args...)
}

// imports calls f with each path that the file imports.
func (f *file) imports(do func(spec *ast.ImportSpec, path string)) {
	for _, s := range f.syntax.Imports {
		p, _ := strconv.Unquote(s.Path.Value)
		do(s, p)
	}
}

// local returns the folder of a package of this module.
func local(importPath string) (dir string, ok bool) {
	if importPath == module {
		return ".", true
	}
	return strings.CutPrefix(importPath, module+"/")
}

// within reports whether folder dir is root or below it.
func within(dir, root string) bool { return dir == root || strings.HasPrefix(dir, root+"/") }
