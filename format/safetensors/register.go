package safetensors

import (
	"encoding/binary"
	"io"
	"os"
	"strings"

	"github.com/jimu-ml/jimu/format"
)

// The names that transformers gives the weights in a model's folder.
const (
	single = "model.safetensors"
	index  = ".safetensors.index.json"
)

func init() {
	format.Register(format.Format{
		Name: "safetensors", About: "a JSON header and raw bytes; in several files with an index, .safetensors.index.json",
		Extensions: []string{".safetensors", index},
		Detect:     detect, Open: open, Write: write,
	})
}

func detect(path string, head []byte) bool {
	if len(head) == 0 {
		return inFolder(path) != ""
	}
	if strings.HasSuffix(path, index) {
		return true
	}
	return len(head) > 8 && head[8] == '{' && binary.LittleEndian.Uint64(head) <= MaxHeader
}

// inFolder returns the file with the weights in a model's folder, or "".
func inFolder(dir string) string {
	return format.InFolder(dir, single, "model"+index, "diffusion_pytorch_model.safetensors")
}

func open(path string) (format.File, error) {
	if file := inFolder(path); file != "" {
		path = file
	}
	if strings.HasSuffix(path, index) {
		return format.OpenSharded(path, func(f *os.File) (format.File, error) { return format.From(f, NewFile) })
	}
	return Open(path)
}

func write(path string, f format.File, c format.WriteConfig) error {
	f, err := format.Converted(f, c)
	if err != nil {
		return err
	}
	if strings.HasSuffix(strings.ToLower(path), index) {
		return writeSharded(path, f, maxShard)
	}
	return format.Replace(path, func(w io.Writer) error { return writeFrom(w, f, nil) })
}
