package token

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// ReadLlama2C reads the tokenizer.bin of llama2.c: the pieces of a SentencePiece BPE model with a space for ▁, of which the first
// three are <unk>, <s> and </s>, and the next 256 stand for bytes. Each text gets <s> before it.
func ReadLlama2C(r io.Reader) (*Tokenizer, error) {
	b, err := readAll(r)
	if err != nil {
		return nil, err
	}
	t, err := parseLlama2C(b)
	if err != nil {
		return nil, fmt.Errorf("tokenizer.bin of llama2.c: %w: %w", ErrFormat, err)
	}
	return t, nil
}

func parseLlama2C(b []byte) (*Tokenizer, error) {
	const bytes = 3 // the first id of the tokens of bytes
	if len(b) < 4 {
		return nil, errors.New("it ends within its first number")
	}
	longest := binary.LittleEndian.Uint32(b)
	s := &pieces{bpe: true, byteFallback: true, normalizer: pieceNormalizer{prefix: true, space: " "}}
	for at := 4; at < len(b); {
		if len(b)-at < 8 {
			return nil, fmt.Errorf("it ends within token %d", len(s.names))
		}
		score := math.Float32frombits(binary.LittleEndian.Uint32(b[at:]))
		n := binary.LittleEndian.Uint32(b[at+4:])
		at += 8
		if uint64(n) > uint64(len(b)-at) || n > longest {
			return nil, fmt.Errorf("token %d, at byte %d, has %d bytes; the longest is said to have %d, and %d are left", len(s.names), at, n, longest, len(b)-at)
		}
		name, kind := string(b[at:at+int(n)]), int8(pieceNormal)
		switch id := len(s.names); {
		case id < bytes: // llama2.c writes "\n<s>\n", so that they are seen
			name, kind = [...]string{"<unk>", "<s>", "</s>"}[id], [...]int8{pieceUnknown, pieceControl, pieceControl}[id]
		case id < bytes+256:
			name, kind = fmt.Sprintf("<0x%02X>", id-bytes), pieceByte
		}
		at += int(n)
		s.names, s.scores, s.types = append(s.names, name), append(s.scores, score), append(s.types, kind)
	}
	if len(s.names) < bytes+256 {
		return nil, fmt.Errorf("it has %d tokens, and 259 come before the first of its own", len(s.names))
	}
	t, err := s.tokenizer()
	if err != nil {
		return nil, err
	}
	return t, t.SetTemplate([]string{"<s>"}, nil)
}
