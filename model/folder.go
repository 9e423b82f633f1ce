package model

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/format"
	_ "github.com/jimu-ml/jimu/format/safetensors" // what folders keep weights in
	_ "github.com/jimu-ml/jimu/format/torch"       // and kept them in before
	"github.com/jimu-ml/jimu/nn"
)

const (
	configName = "config.json"
	maxConfig  = 16 << 20
	single     = "model.safetensors"
	index      = single + ".index.json"
	maxSingle  = 5_000_000_000 // bytes of tensors in one file; more get an index

	// ownType is the model_type of models that transformers does not have, or not so.
	ownType = "jimu"
)

// A Folder is a model as Hugging Face's folders keep it: config.json says which it is, and files of weights hold its
// parameters.
type Folder struct {
	Name   string          // of the architecture
	Config json.RawMessage // of the architecture
	Of     Examples
	Model  Program // a [Single], if it is a layer
}

// ownJSON is what a config.json of ours says beside the keys of transformers.
type ownJSON struct {
	Name    string          `json:"architecture"`
	Config  json.RawMessage `json:"config,omitempty"`
	Input   []int           `json:"input"`
	Tokens  int             `json:"tokens,omitempty"`
	Outputs int             `json:"outputs"`
}

// Open builds the model that a folder describes, and loads its weights: from model.safetensors, or pytorch_model.bin, or
// several files with an index. path may also be the file of weights, with config.json beside it, or a file that says itself
// what model it holds, as those of GGUF do. What architectures there are follows from the imports: see model/all.
func Open(path string) (*Folder, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	dir := path
	if !info.IsDir() {
		dir = filepath.Dir(path)
	}
	weights, err := format.Open(path)
	if err != nil {
		return nil, errors.Join(err, configMissing(filepath.Join(dir, configName)))
	}
	defer weights.Close()
	f, layouts, err := Describe(weights)
	if f == nil && err == nil {
		f, layouts, err = described(filepath.Join(dir, configName))
	}
	if err != nil {
		return nil, err
	}
	if err := Load(Parts(f.Model), weights, layouts...); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

// Describe builds the model, without values, that a file says of itself that it holds, as those of GGUF do, and returns the
// layouts of its architecture. A file that says nothing gives nil.
func Describe(f format.File) (*Folder, []Layout, error) {
	for _, a := range List() {
		if a.Described == nil {
			continue
		}
		config, of, err := a.Described(f)
		if err != nil {
			return nil, nil, fmt.Errorf("the file says that it is a %s: %w", a.Name, err)
		}
		if config == nil {
			continue
		}
		m, err := NewProgram(a.Name, nil, of, config)
		if err != nil {
			return nil, nil, err
		}
		return &Folder{Name: a.Name, Config: config, Of: of, Model: m}, a.Layouts, nil
	}
	return nil, nil, nil
}

// configMissing is an error if a folder has no config.json.
func configMissing(path string) error {
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s is missing: a model's folder has one, which says what model it is", path)
	}
	return nil
}

// described reads config.json and builds the model, without values.
func described(path string) (*Folder, []Layout, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, nil, cmp.Or(configMissing(path), err)
	}
	defer in.Close()
	text, err := io.ReadAll(io.LimitReader(in, maxConfig))
	if err != nil {
		return nil, nil, err
	}
	var says struct {
		Type string   `json:"model_type"`
		Own  *ownJSON `json:"jimu"`
	}
	if err := json.Unmarshal(text, &says); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	f := &Folder{}
	if o := says.Own; o != nil {
		*f = Folder{Name: o.Name, Config: o.Config, Of: Examples{Input: o.Input, Tokens: o.Tokens, Outputs: o.Outputs}}
	} else if err := f.translate(says.Type, text); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	if f.Model, err = NewProgram(f.Name, nil, f.Of, f.Config); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	a, _, _ := Find(f.Name)
	return f, a.Layouts, nil
}

// translate finds the architecture of a model_type, and its own configuration.
func (f *Folder) translate(kind string, text []byte) error {
	var all []string
	for _, a := range List() {
		all = append(all, a.Types...)
		if a.Published == nil || !slices.Contains(a.Types, kind) {
			continue
		}
		var err error
		f.Name = a.Name
		f.Config, f.Of, err = a.Published(text)
		return err
	}
	slices.Sort(all)
	return fmt.Errorf("no architecture here reads the model_type %q; there are %s", kind, strings.Join(all, ", "))
}

// Save writes the model into a folder that [Open] reads, and transformers too, if it has such a model: config.json and
// model.safetensors or, for more than 5 GB, several files with an index. Each file is replaced at once.
func (f *Folder) Save(dir string) error {
	a, v, ok := Find(f.Name)
	if !ok {
		return fmt.Errorf("saving a model: there is no architecture %q", f.Name)
	}
	config, err := over(v.Config, f.Config)
	if err != nil {
		return err
	}
	if f.Of.Input == nil {
		f.Of = v.Of
	}
	own := ownJSON{Name: a.Name, Config: config, Input: f.Of.Input, Tokens: f.Of.Tokens, Outputs: f.Of.Outputs}
	var says map[string]any
	tensors := Tensors(Parts(f.Model))
	if a.Publish != nil {
		if says, tensors, err = a.Publish(Parts(f.Model), f.Of, tensors); err != nil {
			return fmt.Errorf("saving %s: %w", f.Name, err)
		}
	}
	if says == nil {
		says = map[string]any{"model_type": ownType}
	}
	says["jimu"] = own
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := saveWeights(dir, tensors); err != nil {
		return err
	}
	return format.Replace(filepath.Join(dir, configName), func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(says)
	})
}

// saveWeights writes the tensors in one file or several, and removes what an older model had in the other form.
func saveWeights(dir string, tensors []format.Named) error {
	f := format.Of(map[string]string{"format": "pt"}, tensors...) // without it transformers refuses the file
	total := int64(0)
	for _, e := range f.Entries() {
		total += e.Bytes
	}
	name, other := single, index
	if total > maxSingle {
		name, other = index, single
	}
	if err := format.Write(filepath.Join(dir, name), f, format.WriteConfig{}); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(dir, other)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// Tensors returns the parameters and buffers of a model, as they are to be written.
func Tensors(m any) []format.Named {
	var all []format.Named
	for _, p := range nn.Params(m) {
		all = append(all, format.Named{Name: p.Name, Tensor: p.Param.Value})
	}
	return all
}

// Parts returns what holds the parameters of a program: the layer itself of a [Single].
func Parts(p Program) any {
	if s, ok := p.(*Single); ok {
		return s.Layer
	}
	return p
}
