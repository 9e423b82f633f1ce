package main

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/model"
)

// An entry is one thing of a catalogue.
type entry struct {
	Kind string `json:"kind"` // "objective"
	Name string `json:"name"` // "focal"
	Go   string `json:"go"`   // "objective.FocalLoss"
	Doc  string `json:"doc"`  // its doc comment
	Keys string `json:"keys,omitempty"`
}

// A catalogue is a package, or a part of one, whose exported names of some form are entries.
type catalogue struct {
	kind, dir string
	of        func(p *doc.Package, add func(name, text string))
}

var list = []catalogue{
	{"array", "tensor", arrays},
	{"operation", "op", functionsOf("Tensor")},
	{"layer", "nn", typesWith("Forward")},
	{"initializer", "nn", functionsOf("Init")},
	{"objective", "objective", objectives},
	{"optimizer", "optim", typesWith("Slots", "Update")},
	{"optimizer", "optim", typesNamed("Average", "SAM", "Lookahead", "LossScale", "AdaptiveClip")},
	{"schedule", "optim", schedules},
	{"metric", "metric", typesWith("Value", "Reset")},
	{"augmentation", "data/picture", typesWith("Apply")},
	{"augmentation", "data/audio", typesWith("Apply")},
	{"augmentation", "data/text", typesWith("Apply")},
}

// catalogues returns all entries, by kind and name.
func catalogues() (all []entry, err error) {
	for _, c := range list {
		p, err := read(c.dir)
		if err != nil {
			return nil, err
		}
		if p == nil {
			continue
		}
		c.of(p, func(name, text string) {
			all = append(all, entry{Kind: c.kind, Name: snake(name), Go: p.Name + "." + name, Doc: strings.TrimSpace(text)})
		})
	}
	slices.SortStableFunc(all, func(a, b entry) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// read returns the documentation of the package in a folder, nil if there is none.
func read(dir string) (*doc.Package, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil //nolint:nilerr // a room that is not built yet
	}
	fset := token.NewFileSet()
	var syntax []*ast.File
	for _, f := range files {
		if !product(f) {
			continue
		}
		s, err := parser.ParseFile(fset, dir+"/"+f.Name(), nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		syntax = append(syntax, s)
	}
	if len(syntax) == 0 {
		return nil, nil
	}
	return doc.NewFromFiles(fset, syntax, "github.com/jimu-ml/jimu/"+dir)
}

func product(f fs.DirEntry) bool {
	return strings.HasSuffix(f.Name(), ".go") && !strings.HasSuffix(f.Name(), "_test.go")
}

// functionsOf returns the functions one of whose results is of a type.
func functionsOf(result string) func(*doc.Package, func(string, string)) {
	return func(p *doc.Package, add func(string, string)) {
		each(p, func(f *doc.Func) {
			if f.Decl.Type.Results == nil {
				return
			}
			for _, r := range f.Decl.Type.Results.List {
				if typeName(r.Type) == result {
					add(f.Name, f.Doc)
					return
				}
			}
		})
	}
}

// each visits the functions of a package, those that make one of its types included.
func each(p *doc.Package, f func(*doc.Func)) {
	for _, x := range p.Funcs {
		f(x)
	}
	for _, t := range p.Types {
		for _, x := range t.Funcs {
			f(x)
		}
	}
}

// plumbing are the methods and functions of package tensor that say how a tensor came to be, or where it lies, and compute nothing.
var plumbing = []string{
	"Bare", "Bring", "Detach", "Watch", "Origin", "Keep", "New", "Of", "Output", "OnePass", "OnePassInto", "OutputAs", "OutputBy", "OutputOf", "OutputRowMajor", "OutputChannelsLast", "On",
	"Record", "To", "Scalar", "Keepsake", "MaxKeep", "MinKeep", "SumKeep", "MeanKeep", "Rename",
}

// arrays are the methods of a tensor that give a tensor, and the functions that make one.
func arrays(p *doc.Package, add func(string, string)) {
	wanted := func(name, text string) {
		if !slices.Contains(plumbing, name) {
			add(name, text)
		}
	}
	functionsOf("Tensor")(p, wanted)
	for _, t := range p.Types {
		if t.Name != "Tensor" {
			continue
		}
		for _, f := range t.Methods {
			if f.Decl.Type.Results != nil && slices.ContainsFunc(f.Decl.Type.Results.List, func(r *ast.Field) bool { return typeName(r.Type) == "Tensor" }) {
				wanted(f.Name, f.Doc)
			}
		}
	}
}

func typeName(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.StarExpr:
		return typeName(x.X)
	case *ast.SelectorExpr:
		return x.Sel.Name
	case *ast.Ident:
		return x.Name
	}
	return ""
}

// typesWith returns the types that have all of the methods; interfaces are not entries.
func typesWith(methods ...string) func(*doc.Package, func(string, string)) {
	return func(p *doc.Package, add func(string, string)) {
		for _, t := range p.Types {
			if !isInterface(t) && has(t, methods) {
				add(t.Name, t.Doc)
			}
		}
	}
}

// typesNamed returns the types of these names: what goes around a rule is none itself.
func typesNamed(names ...string) func(*doc.Package, func(string, string)) {
	return func(p *doc.Package, add func(string, string)) {
		for _, t := range p.Types {
			if slices.Contains(names, t.Name) {
				add(t.Name, t.Doc)
			}
		}
	}
}

// schedules are the types with a Rate that are no optimizer.
func schedules(p *doc.Package, add func(string, string)) {
	typesWith("Rate")(p, func(name, text string) {
		if name != "Optimizer" {
			add(name, text)
		}
	})
}

func has(t *doc.Type, methods []string) bool {
	for _, m := range methods {
		if !slices.ContainsFunc(t.Methods, func(f *doc.Func) bool { return f.Name == m }) {
			return false
		}
	}
	return true
}

func isInterface(t *doc.Type) bool {
	for _, s := range t.Decl.Specs {
		if s, ok := s.(*ast.TypeSpec); ok && s.Name.Name == t.Name {
			_, ok := s.Type.(*ast.InterfaceType)
			return ok
		}
	}
	return false
}

// objectives are the types one of whose methods returns a Loss, and the functions that do without being a type's plain form.
func objectives(p *doc.Package, add func(string, string)) {
	types := map[string]bool{}
	for _, t := range p.Types {
		if isInterface(t) || t.Name == "Loss" || t.Name == "Func" {
			continue
		}
		if slices.ContainsFunc(t.Methods, returnsLoss) {
			types[t.Name] = true
			add(t.Name, t.Doc)
		}
	}
	each(p, func(f *doc.Func) {
		if returnsLoss(f) && !types[f.Name+"Loss"] {
			add(f.Name, f.Doc)
		}
	})
}

func returnsLoss(f *doc.Func) bool {
	if f.Decl.Type.Results == nil {
		return false
	}
	for _, r := range f.Decl.Type.Results.List {
		if typeName(r.Type) == "Loss" {
			return true
		}
	}
	return false
}

// wholes are words of mixed case that a recipe writes as one.
var wholes = strings.NewReplacer("LeakyReLU", "LeakyRelu", "PReLU", "Prelu", "RReLU", "Rrelu", "ReLU", "Relu", "SiLU", "Silu", "AdamW", "Adamw", "NAdam", "Nadam",
	"RAdam", "Radam", "AMSGrad", "Amsgrad", "AdEMAMix", "Ademamix", "NovoGrad", "Novograd", "MoMo", "Momo", "DoWG", "Dowg", "DoG", "Dog", "ACProp", "Acprop", "DAdaptAdamW", "DadaptAdamw", "AdaBelief", "Adabelief", "SwiGLU", "Swiglu", "GeGLU", "Geglu", "ReGLU", "Reglu", "InfoNCE", "Infonce", "SigLIP", "Siglip", "VICReg", "Vicreg",
	"GIoU", "Giou", "DIoU", "Diou", "CIoU", "Ciou", "IoU", "Iou", "MixUp", "Mixup", "CutMix", "Cutmix", "AugMix", "Augmix", "TopK", "Topk", "LogCosh", "Logcosh")

// snake returns a Go name as a recipe writes it: FocalLoss is focal, KLDivergence kl_divergence.
func snake(name string) string {
	if name != "Loss" {
		name = strings.TrimSuffix(name, "Loss")
	}
	return model.Key(wholes.Replace(name))
}
