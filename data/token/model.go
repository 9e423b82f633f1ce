package token

import (
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"
)

// A tok is a token within a piece: bytes start to end of its text.
type tok struct {
	id         int32
	start, end int32
	text       string
}

// A model makes tokens of a piece.
type model interface {
	tokenize(w *work, p *piece, toks []tok) ([]tok, error)
	words() *names
}

// names are the tokens of a model and their ids.
type names struct {
	ids    map[string]int32
	list   []string         // by id; "" where there is none
	sparse map[int32]string // instead of list, if ids lie far apart
}

// Bounds on what a file may hold.
const (
	maxTokens      = 1 << 24
	maxTokenLength = 1 << 14
)

func newNames(ids map[string]int32) (*names, error) {
	n := &names{ids: ids}
	highest := int32(-1)
	for s, id := range ids {
		if id < 0 || id >= 1<<30 {
			return nil, fmt.Errorf("the token %q has the id %d", clip(s), id)
		}
		if len(s) > maxTokenLength || !utf8.ValidString(s) {
			return nil, fmt.Errorf("the token %q is too long, or no UTF-8", clip(s))
		}
		highest = max(highest, id)
	}
	if int(highest) >= 4*len(ids)+1024 {
		n.sparse = make(map[int32]string, len(ids))
	} else {
		n.list = make([]string, highest+1)
	}
	// Of tokens with the same id the last in their order is its name, whatever the order of the map.
	for _, s := range twins(ids) {
		if n.sparse != nil {
			n.sparse[ids[s]] = s
		} else {
			n.list[ids[s]] = s
		}
	}
	return n, nil
}

// twins returns the tokens, sorted where two have one id.
func twins(ids map[string]int32) []string {
	words := slices.Collect(maps.Keys(ids))
	seen := make(map[int32]bool, len(ids))
	for _, id := range ids {
		if seen[id] {
			slices.Sort(words)
			break
		}
		seen[id] = true
	}
	return words
}

// token returns the token of an id.
func (n *names) token(id int32) (string, bool) {
	if n.sparse != nil {
		s, ok := n.sparse[id]
		return s, ok
	}
	if id < 0 || int(id) >= len(n.list) {
		return "", false
	}
	s := n.list[id]
	if s == "" {
		_, ok := n.ids[""]
		return "", ok && n.ids[""] == id
	}
	return s, true
}

// clip shortens a text from a file for an error message.
func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}
