package token

import (
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/jimu-ml/jimu/internal/wire"
)

// What a piece of a SentencePiece model is.
const (
	pieceNormal  = 1
	pieceUnknown = 2
	pieceControl = 3 // stands in no text
	pieceUser    = 4 // is always one token where it stands
	pieceUnused  = 5
	pieceByte    = 6
)

// modelProto is a SentencePiece model, as far as it is read. What is absent has the default of sentencepiece_model.proto.
type modelProto struct {
	Pieces       []*pieceProto    `wire:"1"`
	Trainer      *trainerProto    `wire:"2"`
	Normalizer   *normalizerProto `wire:"3"`
	Denormalizer *normalizerProto `wire:"5"`
}

type pieceProto struct {
	Piece string  `wire:"1"`
	Score float32 `wire:"2"`
	Type  int32   `wire:"3"`
}

type trainerProto struct {
	ModelType    int32   `wire:"3"`
	Suffix       bool    `wire:"24"`
	ByteFallback bool    `wire:"35"`
	UnkSurface   *string `wire:"44"`
}

type normalizerProto struct {
	Charsmap    []byte `wire:"2"`
	DummyPrefix *bool  `wire:"3"`
	RemoveExtra *bool  `wire:"4"`
	Escape      *bool  `wire:"5"`
}

// pieces is what a tokenizer of the SentencePiece kind is made of, whatever file it comes from.
type pieces struct {
	names        []string
	scores       []float32
	types        []int8
	bpe          bool
	byteFallback bool
	unkSurface   string
	normalizer   pieceNormalizer
	denormalizer *pieceNormalizer
}

// ReadSentencePiece reads a .model of SentencePiece: unigram or BPE. The tokenizer puts no tokens around a text, as the reference does
// not; [Tokenizer.SetTemplate] does.
func ReadSentencePiece(r io.Reader) (*Tokenizer, error) {
	b, err := readAll(r)
	if err != nil {
		return nil, err
	}
	t, err := parseSentencePiece(b)
	if err != nil {
		return nil, fmt.Errorf("SentencePiece model: %w: %w", ErrFormat, err)
	}
	return t, nil
}

func parseSentencePiece(b []byte) (*Tokenizer, error) {
	var m modelProto
	if err := wire.Unmarshal(b, &m); err != nil {
		return nil, err
	}
	if m.Trainer == nil {
		m.Trainer = &trainerProto{}
	}
	s := &pieces{bpe: m.Trainer.ModelType == 2, byteFallback: m.Trainer.ByteFallback, unkSurface: text(m.Trainer.UnkSurface, " \u2047 ")}
	if m.Trainer.ModelType > 2 || m.Trainer.ModelType < 0 {
		return nil, fmt.Errorf("the model type %d is neither unigram nor BPE", m.Trainer.ModelType)
	}
	for _, p := range m.Pieces {
		kind := p.Type
		if kind == 0 {
			kind = pieceNormal
		}
		if kind < pieceNormal || kind > pieceByte {
			return nil, fmt.Errorf("the piece %q is of type %d", clip(p.Piece), kind)
		}
		s.names, s.scores, s.types = append(s.names, p.Piece), append(s.scores, p.Score), append(s.types, int8(kind))
	}
	var err error
	if s.normalizer, err = m.Normalizer.make(); err != nil {
		return nil, err
	}
	s.normalizer.suffix = m.Trainer.Suffix
	if m.Denormalizer != nil && len(m.Denormalizer.Charsmap) > 0 {
		d, err := m.Denormalizer.make()
		if err != nil {
			return nil, err
		}
		s.denormalizer = &d
	}
	return s.tokenizer()
}

func (n *normalizerProto) make() (pieceNormalizer, error) {
	if n == nil {
		n = &normalizerProto{}
	}
	on := func(b *bool) bool { return b == nil || *b }
	s := pieceNormalizer{prefix: on(n.DummyPrefix), squeeze: on(n.RemoveExtra), space: " "}
	if on(n.Escape) {
		s.space = metaspace
	}
	var err error
	if len(n.Charsmap) > 0 {
		s.charsmap, err = newCharsmap(n.Charsmap)
	}
	return s, err
}

// tokenizer puts the parts together.
func (s *pieces) tokenizer() (*Tokenizer, error) {
	ids := make(map[string]int32, len(s.names))
	user := newTrie()
	unk := int32(-1)
	for i, name := range s.names {
		switch {
		case name == "" || !utf8.ValidString(name) || len(name) > maxTokenLength || math.IsNaN(float64(s.scores[i])):
			return nil, fmt.Errorf("piece %d, %q, has %d bytes and a score of %g", i, clip(name), len(name), s.scores[i])
		case s.types[i] == pieceUser:
			user.add(name, int32(i))
		case s.types[i] == pieceUnknown:
			unk = int32(i)
		}
		if _, twice := ids[name]; !twice {
			ids[name] = int32(i)
		}
	}
	if unk < 0 && !s.byteFallback {
		return nil, fmt.Errorf("of %d pieces none is for what is unknown", len(s.names))
	}
	m := &pieceModel{names: &names{ids: ids, list: s.names}, pieces: s, user: user, unk: unk}
	if err := m.prepare(); err != nil {
		return nil, err
	}
	s.normalizer.user = user
	t := &Tokenizer{normalizer: &s.normalizer, model: m, decoder: pieceDecoder{m}}
	if err := t.setAdded(nil); err != nil {
		return nil, err
	}
	for i, name := range s.names {
		if s.types[i] == pieceControl {
			t.added.special[name] = true
		}
	}
	return t, nil
}

// SetTemplate makes t put special tokens before and behind each text, such as <s> before. Without names there are none.
// It is for before the first use.
func (t *Tokenizer) SetTemplate(before, after []string) error {
	var all [2][]templatePiece
	for i, names := range [][]string{before, after} {
		for _, name := range names {
			id, ok := t.ID(name)
			if !ok {
				return fmt.Errorf("the template's token %q is not in the vocabulary", clip(name))
			}
			all[i] = append(all[i], templatePiece{text: -1, ids: []int64{id}, tokens: []string{name}})
			t.added.special[name] = true
		}
	}
	around := func(text int) []templatePiece {
		p := append([]templatePiece{}, all[0]...)
		p = append(append(p, templatePiece{text: text}), all[1]...)
		for i := range p {
			p[i].kind = int64(text)
		}
		return p
	}
	t.post = template{around(0), append(around(0), around(1)...)}
	return nil
}

// pieceDecoder writes spaces for ▁, bytes for the tokens of bytes, and nothing for control pieces.
type pieceDecoder struct{ m *pieceModel }

func (d pieceDecoder) decode(names []string) ([]string, error) {
	s := d.m.pieces
	var out strings.Builder
	var run []byte
	first := true // whether the space before the text may still come
	for _, name := range names {
		id, ok := d.m.ids[name]
		if !ok {
			continue
		}
		if s.types[id] == pieceByte {
			b, _ := byteOf(name)
			run = append(run, b)
			continue
		}
		writeBytes(&out, run)
		run = run[:0]
		first = first && out.Len() == 0
		if s.types[id] == pieceControl {
			continue
		}
		had := false
		if first && (s.normalizer.prefix || s.normalizer.squeeze) {
			name, had = strings.CutPrefix(name, s.normalizer.space)
			had = had && !s.normalizer.squeeze
		}
		if s.types[id] == pieceUnknown {
			name = s.unkSurface
		}
		out.WriteString(strings.ReplaceAll(name, s.normalizer.space, " "))
		if had || out.Len() > 0 {
			first = false
		}
	}
	writeBytes(&out, run)
	if s.denormalizer != nil {
		w := &work{}
		p := whole(w, out.String())
		err := s.denormalizer.normalize(w, &p)
		return []string{string(p.text)}, err
	}
	return []string{out.String()}, nil
}

// writeBytes writes bytes, and U+FFFD for each that is no part of a letter.
func writeBytes(out *strings.Builder, b []byte) {
	for _, r := range string(b) {
		out.WriteRune(r)
	}
}
