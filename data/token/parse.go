package token

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

var errDepth = errors.New("sequences stand too deep in each other")

// decodePart reads a part into v and returns its common fields.
func decodePart(b json.RawMessage, depth int, v any) (anyPart, error) {
	var p anyPart
	if depth > maxDepth {
		return p, errDepth
	}
	if err := json.Unmarshal(b, &p); err != nil {
		return p, err
	}
	if v != nil {
		if err := json.Unmarshal(b, v); err != nil {
			return p, fmt.Errorf("%s: %w", clip(p.Type), err)
		}
	}
	return p, nil
}

func unknown(p anyPart) error { return fmt.Errorf("the type %q is not known", clip(p.Type)) }

// jsonPattern is a text to be found, or a regular expression.
type jsonPattern struct {
	String *string `json:"String"`
	Regex  *string `json:"Regex"`
}

func (p jsonPattern) compile() (pattern, error) {
	switch {
	case p.String != nil:
		return literal(*p.String), nil
	case p.Regex != nil:
		return compile(*p.Regex)
	}
	return nil, errors.New("the pattern is neither a text nor a regular expression")
}

func parseNormalizer(b json.RawMessage, depth int) (normalizer, error) {
	if absent(b) {
		return nil, nil
	}
	var c struct {
		Clean    bool        `json:"clean_text"`
		Chinese  bool        `json:"handle_chinese_chars"`
		Accents  *bool       `json:"strip_accents"`
		Lower    bool        `json:"lowercase"`
		Left     bool        `json:"strip_left"`
		Right    bool        `json:"strip_right"`
		Pattern  jsonPattern `json:"pattern"`
		Content  string      `json:"content"`
		Prepend  string      `json:"prepend"`
		Charsmap []byte      `json:"precompiled_charsmap"`
	}
	p, err := decodePart(b, depth, &c)
	if err != nil {
		return nil, err
	}
	switch p.Type {
	case "Sequence":
		var all normalizers
		for _, x := range p.Normalizers {
			n, err := parseNormalizer(x, depth+1)
			if err != nil {
				return nil, err
			}
			if n != nil {
				all = append(all, n)
			}
		}
		return all, nil
	case "BertNormalizer":
		accents := c.Lower
		if c.Accents != nil {
			accents = *c.Accents
		}
		return bertNormalizer{c.Clean, c.Chinese, accents, c.Lower}, nil
	case "NFC":
		return rewrite(func(w *work, p *piece) { compose(w, p, canonical) }), nil
	case "NFD":
		return rewrite(func(w *work, p *piece) { decompose(w, p, canonical) }), nil
	case "NFKC":
		return rewrite(func(w *work, p *piece) { compose(w, p, compatible) }), nil
	case "NFKD":
		return rewrite(func(w *work, p *piece) { decompose(w, p, compatible) }), nil
	case "Lowercase":
		return rewrite(lowercase), nil
	case "Strip":
		return strip{c.Left, c.Right}, nil
	case "StripAccents":
		return rewrite(stripAccents), nil
	case "Nmt":
		return rewrite(nmt), nil
	case "ByteLevel":
		return rewrite(bytesToLetters), nil
	case "Prepend":
		return prepender(c.Prepend), nil
	case "Replace":
		pattern, err := c.Pattern.compile()
		if err != nil {
			return nil, err
		}
		return replacer{pattern, c.Content}, nil
	case "Precompiled":
		return newCharsmap(c.Charsmap)
	}
	return nil, unknown(p)
}

func parseSplitter(b json.RawMessage, depth int) ([]splitter, error) {
	if absent(b) {
		return nil, nil
	}
	c := struct {
		PrefixSpace *bool       `json:"add_prefix_space"`
		Regex       bool        `json:"use_regex"`
		Delimiter   string      `json:"delimiter"`
		Replacement string      `json:"replacement"`
		Scheme      string      `json:"prepend_scheme"`
		Split       *bool       `json:"split"`
		Behavior    behavior    `json:"behavior"`
		Individual  bool        `json:"individual_digits"`
		Pattern     jsonPattern `json:"pattern"`
		Invert      bool        `json:"invert"`
		Length      int         `json:"length"`
	}{Regex: true, Scheme: "always", Behavior: isolated, Length: 5}
	p, err := decodePart(b, depth, &c)
	if err != nil {
		return nil, err
	}
	if err := c.Behavior.valid(); err != nil {
		return nil, err
	}
	k := loadClasses()
	number := runes(func(r rune) bool { return k.of(r)&number != 0 })
	one := func(s splitter) ([]splitter, error) { return []splitter{s}, nil }
	switch p.Type {
	case "Sequence":
		var all []splitter
		for _, x := range p.Splitters {
			s, err := parseSplitter(x, depth+1)
			if err != nil {
				return nil, err
			}
			all = append(all, s...)
		}
		return all, nil
	case "BertPreTokenizer":
		return one(bertWords())
	case "ByteLevel":
		return one(byteLevel{c.PrefixSpace == nil || *c.PrefixSpace, c.Regex})
	case "Whitespace":
		return one(by{wordRuns{}, removed, true})
	case "WhitespaceSplit":
		return one(by{runes(isSpace), removed, false})
	case "Punctuation":
		return one(by{runes(func(r rune) bool { return k.of(r)&sign != 0 }), c.Behavior, false})
	case "Digits":
		if c.Individual {
			return one(by{number, isolated, false})
		}
		return one(by{number, contiguous, false})
	case "CharDelimiterSplit", "Delimiter":
		if utf8.RuneCountInString(c.Delimiter) != 1 {
			return nil, fmt.Errorf("the delimiter %q is no letter", clip(c.Delimiter))
		}
		return one(by{literal(c.Delimiter), removed, false})
	case "Split":
		pattern, err := c.Pattern.compile()
		if err != nil {
			return nil, err
		}
		return one(by{pattern, c.Behavior, c.Invert})
	case "Metaspace":
		if utf8.RuneCountInString(c.Replacement) != 1 || c.Scheme != "always" && c.Scheme != "first" && c.Scheme != "never" {
			return nil, fmt.Errorf("metaspace with %q, %q", clip(c.Replacement), clip(c.Scheme))
		}
		if c.PrefixSpace != nil && !*c.PrefixSpace {
			c.Scheme = "never"
		}
		return one(metaspaces{c.Replacement, c.Scheme, c.Split == nil || *c.Split})
	case "UnicodeScripts":
		return one(scripts{})
	case "FixedLength":
		if c.Length <= 0 {
			return nil, fmt.Errorf("pieces of %d letters", c.Length)
		}
		return one(fixedLength(c.Length))
	}
	return nil, unknown(p)
}

// jsonPiece is a piece of a template, one of the two.
type jsonPiece struct {
	Sequence *struct {
		ID   string `json:"id"`
		Type int64  `json:"type_id"`
	} `json:"Sequence"`
	Special *struct {
		ID   string `json:"id"`
		Type int64  `json:"type_id"`
	} `json:"SpecialToken"`
}

type jsonSpecial struct {
	IDs    []int64  `json:"ids"`
	Tokens []string `json:"tokens"`
}

// jsonToken is a token and its id, as a list of two.
type jsonToken struct {
	name string
	id   int64
}

func (t *jsonToken) UnmarshalJSON(b []byte) error { return json.Unmarshal(b, &[]any{&t.name, &t.id}) }

func parsePost(b json.RawMessage, depth int) (post, error) {
	if absent(b) {
		return nil, nil
	}
	c := struct {
		Single      []jsonPiece            `json:"single"`
		Pair        []jsonPiece            `json:"pair"`
		Special     map[string]jsonSpecial `json:"special_tokens"`
		Sep         jsonToken              `json:"sep"`
		Cls         jsonToken              `json:"cls"`
		Trim        bool                   `json:"trim_offsets"`
		PrefixSpace bool                   `json:"add_prefix_space"`
	}{Trim: true, PrefixSpace: true}
	p, err := decodePart(b, depth, &c)
	if err != nil {
		return nil, err
	}
	switch p.Type {
	case "Sequence":
		var all posts
		for _, x := range p.Processors {
			one, err := parsePost(x, depth+1)
			if err != nil {
				return nil, err
			}
			if one != nil {
				all = append(all, one)
			}
		}
		return all, nil
	case "TemplateProcessing":
		single, err := parseTemplate(c.Single, c.Special, false)
		if err != nil {
			return nil, err
		}
		pair, err := parseTemplate(c.Pair, c.Special, true)
		return template{single, pair}, err
	case "BertProcessing":
		return enclose{c.Cls.name, c.Sep.name, c.Cls.id, c.Sep.id, false}, nil
	case "RobertaProcessing":
		around := enclose{c.Cls.name, c.Sep.name, c.Cls.id, c.Sep.id, true}
		if c.Trim {
			return posts{trim{c.PrefixSpace}, around}, nil
		}
		return around, nil
	case "ByteLevel":
		if c.Trim {
			return trim{c.PrefixSpace}, nil
		}
		return posts{}, nil
	}
	return nil, unknown(p)
}

func parseDecoder(b json.RawMessage, depth int) (decoder, error) {
	if absent(b) {
		return nil, nil
	}
	c := struct {
		Prefix      string          `json:"prefix"`
		Cleanup     bool            `json:"cleanup"`
		Replacement string          `json:"replacement"`
		Scheme      string          `json:"prepend_scheme"`
		PrefixSpace *bool           `json:"add_prefix_space"`
		Suffix      string          `json:"suffix"`
		Pad         string          `json:"pad_token"`
		Delimiter   string          `json:"word_delimiter_token"`
		Pattern     json.RawMessage `json:"pattern"`
		Content     string          `json:"content"`
		Start       int             `json:"start"`
		Stop        int             `json:"stop"`
	}{Scheme: "always"}
	p, err := decodePart(b, depth, &c)
	if err != nil {
		return nil, err
	}
	switch p.Type {
	case "Sequence":
		var all decoders
		for _, x := range p.Decoders {
			d, err := parseDecoder(x, depth+1)
			if err != nil {
				return nil, err
			}
			if d != nil {
				all = append(all, d)
			}
		}
		return all, nil
	case "ByteLevel":
		return decodeFunc(decodeBytes), nil
	case "WordPiece":
		return decodeWordPiece{c.Prefix, c.Cleanup}, nil
	case "Metaspace":
		if c.PrefixSpace != nil && !*c.PrefixSpace {
			c.Scheme = "never"
		}
		return decodeMetaspace{c.Replacement, c.Scheme}, nil
	case "BPEDecoder":
		return decodeSuffix(c.Suffix), nil
	case "CTC":
		return decodeCTC{c.Pad, c.Delimiter, c.Cleanup}, nil
	case "Replace":
		var text jsonPattern
		if err := json.Unmarshal(c.Pattern, &text); err != nil {
			return nil, err
		}
		pattern, err := text.compile()
		return decodeReplace{replacer{pattern, c.Content}}, err
	case "Fuse":
		return decodeFunc(fuse), nil
	case "Strip":
		return decodeStrip{c.Content, c.Start, c.Stop}, nil
	case "ByteFallback":
		return decodeFunc(decodeFallback), nil
	}
	return nil, unknown(p)
}
