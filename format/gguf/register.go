package gguf

import (
	"bytes"
	"io"

	"github.com/jimu-ml/jimu/format"
)

func init() {
	format.Register(format.Format{
		Name: "gguf", About: "llama.cpp's: packed elements, typed metadata, vocabularies; written in f32, f16, bf16, q8_0, q4_0 and q4_k",
		Extensions: []string{".gguf"},
		Detect:     func(_ string, head []byte) bool { return bytes.HasPrefix(head, []byte(magic)) },
		Open:       func(path string) (format.File, error) { return Open(path) },
		Write: func(path string, f format.File, c format.WriteConfig) error {
			return format.Replace(path, func(w io.Writer) error { return Write(w, f, c) })
		},
	})
}
