package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jimu-ml/jimu/data/token"
	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/format/gguf"
	"github.com/jimu-ml/jimu/generate"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/llama"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/rng"
)

type generateOptions struct {
	weights, tokenizer string
	dir                string // of a run, in place of weights
	prompt             string
	steps, beams       int
	penalty            float64
	seed               uint64
	packed             bool
	sampling           generate.Config
}

func generateCommand(a *app) *cobra.Command {
	var o generateOptions
	c := &cobra.Command{
		Use: "generate --run RUN | --weights FILE", Short: "Let a language model go on with a text",
		Long: "Let a language model go on with a text, token by token, on the standard output; how fast it was comes on the standard\n" +
			"error. The model is that of a run whose recipe learns texts, or its weights are a GGUF file, a checkpoint of llama2.c, or a\n" +
			"folder of Hugging Face or its file of weights. An interrupt ends the text.\n\n" +
			"The tokenizer is that of the file or the folder, if it has one. Temperature 0 always takes the likeliest token; the same\n" +
			"seed draws the same text.",
		Example: "  jimu generate --run runs/shakespeare --prompt ROMEO: --temperature 0.8\n" +
			"  jimu generate --weights stories260K.bin --tokenizer tok512.bin --temperature 0\n" +
			"  jimu generate --weights model.gguf --prompt \"Once upon a time\" --top-p 0.9 --seed 7\n" +
			"  jimu generate --weights gpt2/ --prompt \"The meaning of\" --beams 4 --steps 20",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return misusef("generate takes no %q; the text to go on with is --prompt %q", args[0], args[0])
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.contradicted(c); err != nil {
				return err
			}
			return o.run(c.Context(), a)
		},
	}
	f := c.Flags()
	f.StringVar(&o.dir, "run", "", "the `folder` of a run, in place of weights")
	f.StringVar(&o.weights, "weights", "", "the `file` or folder of the model")
	f.StringVar(&o.tokenizer, "tokenizer", "", "the `file` of the tokenizer: tokenizer.json, tokenizer.model, tokenizer.bin, …")
	f.StringVar(&o.prompt, "prompt", "", "the `text` to go on with")
	f.IntVar(&o.steps, "steps", 256, "how many tokens to make at most")
	f.Float64Var(&o.sampling.Temperature, "temperature", 1, "of the draw: above 1 evener, below surer, 0 the likeliest")
	f.IntVar(&o.sampling.TopK, "top-k", 0, "draw from the `K` likeliest tokens; from all if 0")
	f.Float64Var(&o.sampling.TopP, "top-p", 0, "draw from the likeliest tokens of that `probability` together; from all if 0")
	f.Float64Var(&o.sampling.MinP, "min-p", 0, "draw from tokens at least that `share` as likely as the likeliest")
	f.Float64Var(&o.sampling.RepetitionPenalty, "repetition-penalty", 0, "make tokens less likely that were there: a `factor` such as 1.1; not if 0")
	f.IntVar(&o.beams, "beams", 0, "search for the likeliest text with so many beams, in place of drawing")
	f.Float64Var(&o.penalty, "length-penalty", 1, "of the search: above 0 it prefers longer texts")
	f.Uint64Var(&o.seed, "seed", 1, "of the draws")
	f.BoolVar(&o.packed, "packed", false, "leave the weights of a GGUF file in their 4 or 8 bits (q4_0, q8_0), which takes less memory")
	a.threadsFlag(c, "processors to use; all if not given")
	return c
}

// open returns the model, and the name of its architecture.
func (o *generateOptions) open() (nn.Layer, string, error) {
	if o.packed {
		m, err := llama.OpenPacked(o.weights)
		return m, "llama, packed,", err
	}
	folder, err := model.Open(o.weights)
	if err != nil {
		return nil, "", err
	}
	m, ok := model.Parts(folder.Model).(nn.Layer)
	if !ok {
		return nil, "", fmt.Errorf("%s holds a %s, which writes no texts", o.weights, folder.Name)
	}
	return m, folder.Name, nil
}

// misused names a flag that has a value outside its range.
func (o *generateOptions) misused() error {
	s := o.sampling
	for _, f := range []struct {
		name        string
		value, most float64
	}{
		{"temperature", s.Temperature, 1e6},
		{"top-p", s.TopP, 1},
		{"min-p", s.MinP, 1},
		{"top-k", float64(s.TopK), 1e9},
		{"repetition-penalty", s.RepetitionPenalty, 1e6},
		{"beams", float64(o.beams), 1024},
	} {
		if !(f.value >= 0 && f.value <= f.most) {
			return misusef("--%s is %g; want 0 to %g", f.name, f.value, f.most)
		}
	}
	return nil
}

// contradicted names a flag of drawing that is given to a search, or the other way round.
func (o *generateOptions) contradicted(c *cobra.Command) error {
	if o.beams == 0 {
		if c.Flags().Changed("length-penalty") {
			return misusef("--length-penalty is for a search; give --beams 4, or leave it out")
		}
		return nil
	}
	for _, name := range []string{"temperature", "top-k", "top-p", "min-p", "repetition-penalty"} {
		if c.Flags().Changed(name) {
			return misusef("--%s is for drawing, and --beams searches in place of that; leave one of them out", name)
		}
	}
	return nil
}

func (o *generateOptions) run(ctx context.Context, a *app) error {
	if o.weights == "" && o.dir == "" {
		return misuse("generate needs the model: jimu generate --run runs/shakespeare, or jimu generate --weights model.gguf --prompt \"Once\"")
	}
	if o.steps < 1 {
		return misusef("--steps is %d; want 1 or more", o.steps)
	}
	if o.dir != "" && (o.weights != "" || o.tokenizer != "" || o.packed) {
		return misuse("--run is a model with its tokenizer; leave --weights, --tokenizer and --packed out")
	}
	if err := o.misused(); err != nil {
		return err
	}
	w, prompt, err := o.writer(a)
	if err != nil {
		return err
	}
	if o.beams > 0 {
		return o.search(ctx, a, w, prompt)
	}
	return o.write(ctx, a, w, prompt)
}

// writer returns the model with its tokens, and those of the prompt.
func (o *generateOptions) writer(a *app) (*recipe.Writer, []int64, error) {
	if o.dir != "" {
		s, err := a.openRun(o.dir)
		if err != nil {
			return nil, nil, err
		}
		if s.Job.Writer == nil {
			return nil, nil, misusef("the model of %s writes no texts; ask it with jimu predict", o.dir)
		}
		prompt, err := s.Job.Writer.Prompt(o.prompt)
		return s.Job.Writer, prompt, err
	}
	if _, err := os.Stat(o.weights); err != nil {
		return nil, nil, err
	}
	tokens, err := o.openTokenizer()
	if err != nil {
		return nil, nil, err
	}
	prompt, err := tokens.IDs(o.prompt)
	if err != nil {
		return nil, nil, fmt.Errorf("the prompt: %w", err)
	}
	begun := time.Now()
	m, name, err := o.open()
	if err != nil {
		return nil, nil, err
	}
	of := ""
	if !o.packed {
		of = fmt.Sprintf(" of %s parameters", count(nn.Count(nn.Params(m))))
	}
	fmt.Fprintf(a.err, "%s%s loaded in %.2f s\n", name, of, time.Since(begun).Seconds())
	stop, err := stopTokens(o.weights, tokens)
	return &recipe.Writer{Model: m, Tokens: tokens, Stop: stop}, prompt, err
}

// write draws a text and prints it as it comes.
func (o *generateOptions) write(ctx context.Context, a *app, w *recipe.Writer, prompt []int64) error {
	c := o.sampling
	c.Most, c.Key = o.steps, rng.KeyOf(o.seed).Child("generate")
	text := w.Tokens.Stream(true)
	for _, id := range prompt[len(w.Begin):] {
		fmt.Fprint(a.out, text.Next(id))
	}
	begun, made := time.Now(), 0
	var first time.Duration
	var failed error
	for t, err := range w.Next(ctx, prompt, c) {
		if err != nil {
			failed = fmt.Errorf("the text ends after %d tokens: %w", made, err)
			break
		}
		if made++; made == 1 {
			first = time.Since(begun)
		}
		if !t.Stop {
			fmt.Fprint(a.out, text.Next(t.ID))
		}
	}
	fmt.Fprintln(a.out, text.Rest())
	if made > 1 {
		rest := time.Since(begun) - first
		fmt.Fprintf(a.err, "%d tokens: the first, behind a prompt of %d, in %.0f ms, the others at %.1f tokens/s\n",
			made, len(prompt), 1000*first.Seconds(), float64(made-1)/rest.Seconds())
	}
	return failed
}

// search prints the likeliest text.
func (o *generateOptions) search(ctx context.Context, a *app, w *recipe.Writer, prompt []int64) error {
	begun := time.Now()
	found, err := generate.Beams(ctx, w.Model, prompt, generate.BeamConfig{Beams: o.beams, Most: o.steps, Stop: w.Stop, Penalty: o.penalty})
	if err != nil {
		return err
	}
	best := found[0]
	fmt.Fprintln(a.out, w.Tokens.Decode(append(prompt[len(w.Begin):], best.Tokens...), true))
	fmt.Fprintf(a.err, "%d tokens with a log-probability of %.3f by their number to the power %g, in %.2f s\n", len(best.Tokens), best.Score, o.penalty, time.Since(begun).Seconds())
	return nil
}

// openTokenizer reads the tokenizer that was named, or that the weights have.
func (o *generateOptions) openTokenizer() (*token.Tokenizer, error) {
	if o.tokenizer != "" {
		return token.Open(o.tokenizer)
	}
	if strings.EqualFold(filepath.Ext(o.weights), ".gguf") {
		f, err := gguf.Open(o.weights)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return ggufTokenizer(f)
	}
	folder := o.weights
	if info, err := os.Stat(folder); err == nil && !info.IsDir() {
		folder = filepath.Dir(folder)
	}
	t, err := token.Open(folder)
	if err != nil {
		return nil, fmt.Errorf("there is no tokenizer beside the weights; name one with --tokenizer: %w", err)
	}
	return t, nil
}

// ggufTokenizer makes the tokenizer that a GGUF file has in its metadata.
func ggufTokenizer(f *gguf.File) (*token.Tokenizer, error) {
	var g token.GGUF
	var charsmap []uint8
	for key, into := range map[string]any{
		"model": &g.Model, "pre": &g.Pre, "tokens": &g.Tokens, "scores": &g.Scores, "token_type": &g.Types, "merges": &g.Merges,
		"bos_token_id": &g.BOS, "eos_token_id": &g.EOS, "unknown_token_id": &g.Unknown, "add_bos_token": &g.AddBOS, "add_eos_token": &g.AddEOS,
		"add_space_prefix": &g.AddPrefix, "remove_extra_whitespaces": &g.RemoveExtra, "precompiled_charsmap": &charsmap,
	} {
		if err := f.Read("tokenizer.ggml."+key, into); err != nil {
			return nil, err
		}
	}
	g.Charsmap = charsmap
	return token.FromGGUF(g)
}

// stopTokens returns the tokens that end a text of the model.
func stopTokens(weights string, tokens *token.Tokenizer) ([]int64, error) {
	var stop []int64
	for _, name := range []string{"</s>", "<|endoftext|>", "<|end_of_text|>", "<|eot_id|>", "<|im_end|>", "<eos>", "<end_of_turn>", "<|end|>"} {
		if id, ok := tokens.ID(name); ok {
			stop = append(stop, id)
		}
	}
	f, err := format.Open(weights)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if f.Metadata()["llama2c.dim"] != "" { // there, what begins a text also ends the one before
		if id, ok := tokens.ID("<s>"); ok {
			stop = append(stop, id)
		}
	}
	return stop, nil
}
