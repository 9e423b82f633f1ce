package token

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// ErrFormat is wrapped by the error of every file that is no valid tokenizer of its kind.
var ErrFormat = errors.New("no valid tokenizer file")

// MaxFile is how large a tokenizer's file may be, in bytes.
const MaxFile = 1 << 28

// document is a tokenizer.json.
type document struct {
	Version    string          `json:"version"`
	Truncation json.RawMessage `json:"truncation"`
	Padding    json.RawMessage `json:"padding"`
	Added      []Added         `json:"added_tokens"`
	Normalizer json.RawMessage `json:"normalizer"`
	Splitter   json.RawMessage `json:"pre_tokenizer"`
	Post       json.RawMessage `json:"post_processor"`
	Decoder    json.RawMessage `json:"decoder"`
	Model      json.RawMessage `json:"model"`
}

// anyPart is what all parts of a tokenizer.json have: their type, and parts of their own.
type anyPart struct {
	Type        string            `json:"type"`
	Normalizers []json.RawMessage `json:"normalizers"`
	Splitters   []json.RawMessage `json:"pretokenizers"`
	Processors  []json.RawMessage `json:"processors"`
	Decoders    []json.RawMessage `json:"decoders"`
}

// maxDepth is how deep sequences may stand in sequences.
const maxDepth = 16

// ReadJSON reads a tokenizer.json of Hugging Face's tokenizers. A part that is not known is an error.
func ReadJSON(r io.Reader) (*Tokenizer, error) {
	b, err := readAll(r)
	if err != nil {
		return nil, err
	}
	t, err := parseJSON(b)
	if err != nil {
		return nil, fmt.Errorf("tokenizer.json: %w: %w", ErrFormat, err)
	}
	return t, nil
}

func readAll(r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err != nil {
		return nil, fmt.Errorf("reading a tokenizer: %w", err)
	}
	if len(b) > MaxFile {
		return nil, fmt.Errorf("reading a tokenizer: %w: more than %d bytes", ErrFormat, MaxFile)
	}
	return b, nil
}

func parseJSON(b []byte) (*Tokenizer, error) {
	var d document
	if err := json.Unmarshal(b, &d); err != nil {
		return nil, err
	}
	if d.Version != "1.0" && d.Version != "" {
		return nil, fmt.Errorf("version %q is not known", clip(d.Version))
	}
	return build(&d, nil)
}

// build makes a tokenizer of a document, with the given model or that of the document.
func build(d *document, m model) (*Tokenizer, error) {
	t := &Tokenizer{model: m, source: d}
	var err error
	if m == nil {
		if t.model, err = parseModel(d.Model); err != nil {
			return nil, fmt.Errorf("model: %w", err)
		}
	}
	if t.normalizer, err = parseNormalizer(d.Normalizer, 0); err != nil {
		return nil, fmt.Errorf("normalizer: %w", err)
	}
	if t.splitters, err = parseSplitter(d.Splitter, 0); err != nil {
		return nil, fmt.Errorf("pre_tokenizer: %w", err)
	}
	if t.post, err = parsePost(d.Post, 0); err != nil {
		return nil, fmt.Errorf("post_processor: %w", err)
	}
	if t.decoder, err = parseDecoder(d.Decoder, 0); err != nil {
		return nil, fmt.Errorf("decoder: %w", err)
	}
	if err := t.setAdded(d.Added); err != nil {
		return nil, fmt.Errorf("added_tokens: %w", err)
	}
	if t.Truncation, err = parseTruncation(d.Truncation); err != nil {
		return nil, fmt.Errorf("truncation: %w", err)
	}
	if t.Padding, err = parsePadding(d.Padding); err != nil {
		return nil, fmt.Errorf("padding: %w", err)
	}
	return t, nil
}

// setAdded takes over the added tokens. Their ids are those of the model where it has them, as in the reference, and else follow it.
func (t *Tokenizer) setAdded(list []Added) error {
	a := added{byID: map[int32]*Added{}, ids: map[string]int32{}, special: map[string]bool{}, shown: map[int32]string{}}
	n := t.model.words()
	next := int32(len(n.ids))
	for _, x := range list {
		if x.Content == "" {
			continue
		}
		if len(x.Content) > maxTokenLength || len(a.list) > maxTokens {
			return fmt.Errorf("the token %q is too long, or there are too many", clip(x.Content))
		}
		id, ok := a.ids[x.Content]
		if !ok {
			id, ok = n.ids[x.Content]
		}
		if !ok {
			id = next
			next++
		}
		x.ID = int(id)
		if old, twice := a.byID[id]; twice && old.Content != x.Content {
			delete(a.ids, old.Content)
		}
		a.ids[x.Content] = id
		a.byID[id] = &x
		if x.Special {
			a.special[x.Content] = true
		}
	}
	for _, x := range a.byID {
		a.list = append(a.list, *x)
	}
	sortAdded(a.list)
	if err := a.tries(t.normalizer); err != nil {
		return err
	}
	t.added = a
	return nil
}

func sortAdded(list []Added) { slices.SortFunc(list, func(x, y Added) int { return x.ID - y.ID }) }

// tries makes what finds the tokens.
func (a *added) tries(n normalizer) error {
	w := &work{}
	for _, x := range a.list {
		if !x.Normalized {
			if a.plain == nil {
				a.plain = newTrie()
			}
			a.plain.add(x.Content, int32(x.ID))
			continue
		}
		content := x.Content
		if n != nil {
			p := whole(w, content)
			if err := n.normalize(w, &p); err != nil {
				return err
			}
			content = string(p.text)
		}
		if content != x.Content {
			a.shown[int32(x.ID)] = content
		}
		if content == "" {
			continue
		}
		if a.normalized == nil {
			a.normalized = newTrie()
		}
		a.normalized.add(content, int32(x.ID))
	}
	return nil
}

func parseTruncation(b json.RawMessage) (*Truncation, error) {
	if absent(b) {
		return nil, nil
	}
	c := struct {
		Direction string `json:"direction"`
		Length    int    `json:"max_length"`
		Strategy  string `json:"strategy"`
		Stride    int    `json:"stride"`
	}{Direction: "Right"}
	if err := json.Unmarshal(b, &c); err != nil {
		return nil, err
	}
	known := slices.Contains([]string{"LongestFirst", "OnlyFirst", "OnlySecond"}, c.Strategy)
	if !known || c.Length < 0 || c.Stride < 0 || c.Direction != "Left" && c.Direction != "Right" {
		return nil, fmt.Errorf("to %d tokens with a stride of %d, strategy %q, direction %q", c.Length, c.Stride, clip(c.Strategy), clip(c.Direction))
	}
	return &Truncation{c.Length, c.Stride, c.Strategy, c.Direction == "Left"}, nil
}

// maxPadding is how long a file may make each encoding.
const maxPadding = 1 << 20

func parsePadding(b json.RawMessage) (*Padding, error) {
	if absent(b) {
		return nil, nil
	}
	var c struct {
		Strategy  json.RawMessage `json:"strategy"`
		Direction string          `json:"direction"`
		Multiple  *int            `json:"pad_to_multiple_of"`
		ID        int             `json:"pad_id"`
		Type      int             `json:"pad_type_id"`
		Token     string          `json:"pad_token"`
	}
	if err := json.Unmarshal(b, &c); err != nil {
		return nil, err
	}
	p := &Padding{ID: c.ID, Type: c.Type, Token: c.Token, Left: c.Direction == "Left"}
	if c.Multiple != nil {
		p.MultipleOf = *c.Multiple
	}
	var fixed struct{ Fixed int }
	if string(c.Strategy) != `"BatchLongest"` {
		if err := json.Unmarshal(c.Strategy, &fixed); err != nil || fixed.Fixed <= 0 {
			return nil, fmt.Errorf("the strategy %s", clip(string(c.Strategy)))
		}
		p.Length = fixed.Fixed
	}
	if c.Direction != "Left" && c.Direction != "Right" || p.MultipleOf < 0 || max(p.Length, p.MultipleOf) > maxPadding {
		return nil, fmt.Errorf("to %d tokens, multiples of %d, direction %q", p.Length, p.MultipleOf, clip(c.Direction))
	}
	return p, nil
}

func absent(b json.RawMessage) bool { return len(b) == 0 || string(b) == "null" }
