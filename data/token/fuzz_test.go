package token

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/jimu-ml/jimu/internal/wire"
)

// use encodes and decodes with what a hostile file became. It must neither panic nor give offsets outside the text.
func use(t *testing.T, tok *Tokenizer, err error) {
	t.Helper()
	if err != nil {
		if !errors.Is(err, ErrFormat) {
			t.Fatalf("%v does not wrap ErrFormat", err)
		}
		return
	}
	for _, s := range []string{"", "Hello, wörld 123", "  a\xffb ▁我 e\u0301 👩🏽‍🚀\n", strings.Repeat("ab", 300)} {
		e, err := tok.Encode(s)
		if err != nil {
			continue
		}
		for i := range e.Offsets {
			if e.Offsets[i].Start < 0 || e.Offsets[i].End < e.Offsets[i].Start {
				t.Fatalf("%q: offsets %v", s, e.Offsets)
			}
		}
		if text := tok.Decode(e.IDs, true); !utf8.ValidString(text) {
			t.Fatalf("%q decodes to %q", s, text)
		}
		tok.EncodePair(s, "a b")
		d := tok.Stream(true)
		for _, id := range e.IDs[:min(len(e.IDs), 50)] {
			d.Next(id)
		}
	}
}

func FuzzJSON(f *testing.F) {
	f.Add(bytesJSON())
	for _, s := range []string{
		`{"model":{"type":"WordPiece","vocab":{"[UNK]":0,"a":1,"##b":2},"unk_token":"[UNK]","max_input_chars_per_word":9},"normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"lowercase":true},"pre_tokenizer":{"type":"BertPreTokenizer"},"decoder":{"type":"WordPiece","prefix":"##","cleanup":true}}`,
		`{"model":{"type":"Unigram","vocab":[["<unk>",0],["a",-1],["▁",-2]],"unk_id":0,"byte_fallback":true},"pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"first"},"decoder":{"type":"Metaspace","replacement":"▁"}}`,
		`{"model":{"type":"WordLevel","vocab":{"a":0,"[U]":7},"unk_token":"[U]"},"normalizer":{"type":"Sequence","normalizers":[{"type":"NFKC"},{"type":"Strip","strip_left":true,"strip_right":true},{"type":"Replace","pattern":{"Regex":"a+?"},"content":"x"}]},"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(?=b)|c"},"behavior":"MergedWithNext","invert":false},"post_processor":{"type":"TemplateProcessing","single":[{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"x","type_id":0}}],"pair":[{"Sequence":{"id":"A","type_id":0}}],"special_tokens":{"x":{"id":"x","ids":[1],"tokens":["x"]}}},"truncation":{"max_length":5,"stride":1,"strategy":"LongestFirst"},"padding":{"strategy":{"Fixed":4},"direction":"Left","pad_id":0,"pad_type_id":0,"pad_token":"p"},"added_tokens":[{"id":9,"content":"a b","lstrip":true,"rstrip":true,"normalized":true,"single_word":true,"special":true}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		tok, err := ReadJSON(bytes.NewReader(b))
		use(t, tok, err)
	})
}

// pieceFile is a small SentencePiece model.
func pieceFile(kind int32) []byte {
	m := &modelProto{Trainer: &trainerProto{ModelType: kind, ByteFallback: false}, Normalizer: &normalizerProto{}}
	for i, s := range []string{"<unk>", "<s>", "</s>", "▁", "a", "b", "ab", "▁a", "<x>"} {
		m.Pieces = append(m.Pieces, &pieceProto{Piece: s, Score: -float32(i), Type: []int32{2, 3, 3, 1, 1, 1, 1, 1, 4}[i]})
	}
	return wire.Marshal(m)
}

func FuzzSentencePiece(f *testing.F) {
	f.Add(pieceFile(1))
	f.Add(pieceFile(2))
	f.Fuzz(func(t *testing.T, b []byte) {
		tok, err := ReadSentencePiece(bytes.NewReader(b))
		use(t, tok, err)
	})
}

func FuzzCharsmap(f *testing.F) {
	f.Add([]byte("\x04\x00\x00\x00\x00\x00\x00\x00a\x00"), []byte("a\u0301 한글 ﬁ"))
	f.Fuzz(func(t *testing.T, b, s []byte) {
		c, err := newCharsmap(b)
		if err != nil || !utf8.Valid(s) {
			return
		}
		w := &work{}
		p := whole(w, string(s))
		c.normalize(w, &p)
		q := whole(w, string(s))
		n := pieceNormalizer{charsmap: c, space: metaspace, prefix: true, squeeze: true}
		n.normalize(w, &q)
	})
}

func FuzzLlama2C(f *testing.F) {
	f.Add(llama2CFile())
	f.Fuzz(func(t *testing.T, b []byte) {
		tok, err := ReadLlama2C(bytes.NewReader(b))
		use(t, tok, err)
	})
}

func FuzzRanks(f *testing.F) {
	var b bytes.Buffer
	for i := range 256 {
		b.WriteString(encode64([]byte{byte(i)}) + " " + string(rune('0'+i%10)) + "\n")
	}
	f.Add(b.Bytes())
	f.Add([]byte("YQ== 0\nYg== 1\nYWI= 2\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		tok, err := ReadTiktoken(bytes.NewReader(b), Ranks{Pattern: "cl100k_base"})
		use(t, tok, err)
	})
}

func FuzzVocab(f *testing.F) {
	f.Add([]byte("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n##b\n"), []byte(`{"a":0,"b":1,"ab":2}`), []byte("#version: 0.2\na b\n"))
	f.Fuzz(func(t *testing.T, bert, vocab, merges []byte) {
		tok, err := ReadBERT(bytes.NewReader(bert), BERT{})
		use(t, tok, err)
		tok, err = ReadGPT2(bytes.NewReader(vocab), bytes.NewReader(merges))
		use(t, tok, err)
	})
}

func FuzzGGUF(f *testing.F) {
	f.Add("llama", "", "<unk>\n<s>\n▁\na\nb\nab", []byte{2, 3, 1, 1, 1, 1}, "a b")
	f.Add("gpt2", "smollm", "a\nb\nab", []byte{1, 1, 4}, "a b")
	f.Add("bert", "", "[UNK]\n[CLS]\n[SEP]\n▁a\nb", []byte{}, "")
	f.Add("t5", "", "<unk>\n▁\na", []byte{2, 1, 1}, "")
	f.Fuzz(func(t *testing.T, model, pre, tokens string, types []byte, merges string) {
		g := GGUF{Model: model, Pre: pre, Tokens: strings.Split(tokens, "\n"), Merges: strings.Split(merges, "\n")}
		for _, k := range types {
			g.Types = append(g.Types, int32(k))
		}
		tok, err := FromGGUF(g)
		use(t, tok, err)
	})
}
