package torch

import (
	"bytes"
	"encoding/binary"
	"os"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/format"
)

var extensions = []string{".pt", ".pth", ".bin", ".th", ".ckpt", ".pth.tar", ".pt.tar", ".pkl"}

func init() {
	format.Register(format.Format{
		Name: "torch", About: "PyTorch's pickles of state dicts and checkpoints, read as data: nothing in them is run",
		Extensions: extensions,
		Detect:     detect, Open: open, Write: write,
	})
}

// magicBytes begin a stream, behind the protocol: a long integer of 10 bytes.
var magicBytes = []byte("\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19")

func detect(path string, head []byte) bool {
	lower := strings.ToLower(path)
	named := slices.ContainsFunc(extensions, func(ext string) bool { return strings.HasSuffix(lower, ext) })
	switch {
	case len(head) == 0:
		return inFolder(path) != ""
	case strings.HasSuffix(path, index):
		return true
	case bytes.HasPrefix(head, []byte("PK\x03\x04")) && len(head) > 30:
		first := string(head[30:min(len(head), 30+int(binary.LittleEndian.Uint16(head[26:])))])
		return named || strings.HasSuffix(first, "/data.pkl")
	case head[0] == 0x80:
		return named || bytes.Contains(head[:min(len(head), 32)], magicBytes)
	}
	return false
}

// index ends the name of the file that says in which of several files the tensors are.
const index = ".bin.index.json"

// inFolder returns the file with the weights in a model's folder, or "".
func inFolder(dir string) string {
	return format.InFolder(dir, "pytorch_model.bin", "pytorch_model"+index)
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
