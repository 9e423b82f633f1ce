package main

import (
	"bytes"
	"io"
	"os"

	"github.com/jimu-ml/jimu/data/token"
	"github.com/jimu-ml/jimu/format/gguf"
)

// openTokenizer opens the tokenizer at path: a file or folder that package token reads, or a GGUF file with a vocabulary in its metadata.
func openTokenizer(path string) (*token.Tokenizer, error) {
	if !isGGUF(path) {
		return token.Open(path)
	}
	f, err := gguf.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var g token.GGUF
	for key, into := range map[string]any{
		"model": &g.Model, "pre": &g.Pre, "tokens": &g.Tokens, "scores": &g.Scores, "token_type": &g.Types, "merges": &g.Merges,
		"bos_token_id": &g.BOS, "eos_token_id": &g.EOS, "unknown_token_id": &g.Unknown, "add_bos_token": &g.AddBOS, "add_eos_token": &g.AddEOS,
		"add_space_prefix": &g.AddPrefix, "remove_extra_whitespaces": &g.RemoveExtra, "precompiled_charsmap": &g.Charsmap,
	} {
		if err := f.Read("tokenizer.ggml."+key, into); err != nil {
			return nil, err
		}
	}
	return token.FromGGUF(g)
}

func isGGUF(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 4)
	_, err = io.ReadFull(f, head)
	return err == nil && bytes.Equal(head, []byte("GGUF"))
}
