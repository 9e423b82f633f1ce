package token

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Characters returns a tokenizer whose tokens are the characters of a text, in the order of their code points, for models
// that read and write them one by one. Special tokens, which stand for no text, come first.
//
// Characters that the text does not have are left out when encoding.
func Characters(text string, special ...string) (*Tokenizer, error) {
	ids := map[string]int32{}
	var added []Added
	for i, s := range special {
		ids[s] = int32(i)
		added = append(added, Added{ID: i, Content: s, Special: true})
	}
	if len(ids) < len(special) {
		return nil, fmt.Errorf("a tokenizer of characters: a special token comes twice in %q", special)
	}
	letters := []rune(Valid(text))
	slices.Sort(letters)
	for _, r := range slices.Compact(letters) {
		if _, taken := ids[string(r)]; taken {
			return nil, fmt.Errorf("a tokenizer of characters: %q is a special token, and in the text", r)
		}
		ids[string(r)] = int32(len(ids))
	}
	model, err := json.Marshal(map[string]any{"type": "BPE", "vocab": byID(ids), "merges": []string{}})
	if err != nil {
		return nil, fmt.Errorf("a tokenizer of characters: %w", err)
	}
	return build(&document{Version: "1.0", Added: added, Decoder: json.RawMessage(`{"type":"Fuse"}`), Model: model}, nil)
}
