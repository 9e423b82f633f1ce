package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jimu-ml/jimu/data/token"
	"github.com/jimu-ml/jimu/data/token/vocab"
	"github.com/jimu-ml/jimu/format"
)

// tokenizeOptions are the flags of jimu tokenize.
type tokenizeOptions struct {
	tokenizer        string
	files            []string
	plain            bool
	asJSON, count    bool
	decode, keep     bool
	train, base, out string
	size             int
	minCount         int64
	special          []string
}

func tokenizeCommand(a *app) *cobra.Command {
	var o tokenizeOptions
	c := &cobra.Command{
		Use: "tokenize --tokenizer FILE|FOLDER [TEXT…]", Short: "Turn texts into tokens and back, or learn a vocabulary",
		Long: "Turn texts into the ids of tokens, as a published model was trained with: a tokenizer.json, a SentencePiece model, tiktoken\n" +
			"ranks, GPT-2's or BERT's vocabulary, llama2.c's tokenizer.bin, or a folder that holds one. Without TEXT the lines of the\n" +
			"files are taken, or of standard input.\n\n" +
			"With --train a vocabulary is learned from the lines of files: bpe (byte-level, as GPT-2's), wordpiece (as BERT's) or unigram\n" +
			"(as T5's), and written as tokenizer.json.",
		Example: "  jimu tokenize --tokenizer tokenizer.json \"Hello, world\"\n  jimu tokenize --tokenizer gpt2/ --count --file book.txt\n" +
			"  echo 15496 11 995 | jimu tokenize --tokenizer gpt2/ --decode\n  jimu tokenize --train bpe --vocab 8000 --out tok.json *.txt",
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case o.train != "":
				return a.learn(c, &o, args)
			case o.tokenizer == "":
				return misusef("--tokenizer names no file; give one, or --train")
			case o.count && (o.decode || o.asJSON):
				return misusef("--count goes with neither --decode nor --json")
			}
			t, err := openTokenizer(o.tokenizer)
			if err != nil {
				return err
			}
			return a.tokenize(t, &o, args, c.InOrStdin())
		},
	}
	f := c.Flags()
	f.StringVar(&o.tokenizer, "tokenizer", "", "the tokenizer's `file` or folder")
	f.StringArrayVar(&o.files, "file", nil, "take the lines of this `file`; may be given several times")
	f.BoolVar(&o.plain, "plain", false, "leave out the special tokens that belong around a text")
	f.BoolVar(&o.asJSON, "json", false, "print a line of JSON for each text: ids, tokens, offsets in bytes")
	f.BoolVar(&o.count, "count", false, "print only how many tokens there are in all")
	f.BoolVar(&o.decode, "decode", false, "turn ids, given with spaces or commas between them, into text")
	f.BoolVar(&o.keep, "keep-special", false, "show special tokens when decoding")
	f.StringVar(&o.train, "train", "", "learn a vocabulary of this `kind`: "+strings.Join(vocab.Kinds, ", "))
	f.StringVar(&o.base, "like", "", "learn for the normalization and the splits of this tokenizer.json `file`")
	f.StringVar(&o.out, "out", "", "where to write what was learned, a `file`")
	f.IntVar(&o.size, "vocab", 8000, "how many `tokens` to learn")
	f.Int64Var(&o.minCount, "min-count", 2, "how often two tokens must stand together to become one")
	f.StringArrayVar(&o.special, "special", nil, "a special `token`; may be given several times; otherwise what the kind usually has")
	a.threadsFlag(c, "processors to use; all if not given")
	return c
}

// tokenize prints the tokens of texts, or the texts of ids.
func (a *app) tokenize(t *token.Tokenizer, o *tokenizeOptions, args []string, in io.Reader) error {
	out := bufio.NewWriter(a.out)
	defer out.Flush()
	total := 0
	one := func(text string) error {
		if o.decode {
			return decodeLine(out, t, text, !o.keep)
		}
		encode := t.Encode
		if o.plain {
			encode = t.EncodePlain
		}
		e, err := encode(text)
		if err != nil {
			return err
		}
		total += e.Len()
		switch {
		case o.count:
		case o.asJSON:
			return printJSON(out, text, e)
		default:
			for i, id := range e.IDs {
				if i > 0 {
					fmt.Fprint(out, " ")
				}
				fmt.Fprint(out, id)
			}
			fmt.Fprintln(out)
		}
		return nil
	}
	if err := eachText(o.files, args, in, one); err != nil {
		return err
	}
	if o.count {
		fmt.Fprintln(out, total)
	}
	return out.Flush()
}

// eachText calls f with the arguments, or else with the lines of files, or of standard input.
func eachText(files, args []string, in io.Reader, f func(string) error) error {
	for _, s := range args {
		if err := f(s); err != nil {
			return err
		}
	}
	if len(files) == 0 && len(args) == 0 {
		return eachLine("standard input", in, f)
	}
	for _, name := range files {
		r, err := os.Open(name)
		if err != nil {
			return err
		}
		err = eachLine(name, r, f)
		r.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// longestLine is how long a line may be, in bytes.
const longestLine = 1 << 26

func eachLine(name string, r io.Reader, f func(string) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, longestLine)
	for n := 1; lines.Scan(); n++ {
		if err := f(lines.Text()); err != nil {
			return fmt.Errorf("%s, line %d: %w", name, n, err)
		}
	}
	return lines.Err()
}

func decodeLine(w io.Writer, t *token.Tokenizer, line string, skip bool) error {
	var ids []int64
	for _, s := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" ,[]\t", r) }) {
		id, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return misusef("%q is no id of a token", s)
		}
		if _, known := t.Token(id); !known {
			return misusef("there is no token %d", id)
		}
		ids = append(ids, id)
	}
	_, err := fmt.Fprintln(w, t.Decode(ids, skip))
	return err
}

func printJSON(w io.Writer, text string, e *token.Encoding) error {
	offsets := make([][2]int, e.Len())
	for i, o := range e.Offsets {
		offsets[i] = [2]int{o.Start, o.End}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(struct {
		Text    string   `json:"text"`
		IDs     []int64  `json:"ids"`
		Tokens  []string `json:"tokens"`
		Offsets [][2]int `json:"offsets"`
	}{text, e.IDs, e.Tokens, offsets})
}

// learn learns a vocabulary and writes it.
func (a *app) learn(c *cobra.Command, o *tokenizeOptions, files []string) error {
	if o.out == "" || len(files) == 0 && len(o.files) == 0 {
		return misusef("--train needs --out and files with texts")
	}
	base, err := vocab.Base(o.train)
	if err != nil {
		return misusef("%v", err)
	}
	if o.base != "" {
		if base, err = token.Open(o.base); err != nil {
			return err
		}
	}
	conf := vocab.Defaults(o.train)
	conf.Size, conf.MinCount = o.size, o.minCount
	if len(o.special) > 0 {
		conf.Special = o.special
	}
	p := newProgress(a.err)
	defer p.close()
	conf.Progress = func(stage string, done, total int) {
		if total > 0 {
			p.tell(fmt.Sprintf("%s: %d of %d", stage, done, total))
		} else {
			p.tell(fmt.Sprintf("%s: %d lines", stage, done))
		}
	}
	var bad error
	texts := func(yield func(string) bool) {
		stop := errors.New("enough")
		if err := eachText(append(files, o.files...), nil, nil, func(s string) error {
			if !yield(s) {
				return stop
			}
			return nil
		}); err != nil && !errors.Is(err, stop) {
			bad = err
		}
	}
	t, err := vocab.Learn(c.Context(), base, texts, conf)
	if err := errors.Join(bad, err); err != nil {
		return err
	}
	if err := format.Replace(o.out, t.Write); err != nil {
		return err
	}
	p.close()
	fmt.Fprintf(a.out, "%d tokens in %s\n", t.Size(), o.out)
	return nil
}
