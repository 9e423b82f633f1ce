package recipe

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"unicode/utf8"

	"github.com/jimu-ml/jimu/data/token"
	"github.com/jimu-ml/jimu/generate"
	"github.com/jimu-ml/jimu/nn"
)

// A Writer is a model that writes texts, token by token.
type Writer struct {
	Model  nn.Layer // a decoder: tokens [b t] → logits [b t v]
	Tokens *token.Tokenizer
	Begin  []int64            // stand before every text
	Stop   []int64            // end it
	Slides bool               // texts may outgrow what the model can see at once
	Rule   generate.Processor // what may come next in a text; nil: anything

	// Turns returns the tokens of a conversation, up to where the model is to answer: what was said in turn, by the user first
	// and last. What does not fit is left out, the oldest first. Nil: the model holds no conversations.
	Turns func(said []string) ([]int64, error)
}

// Prompt returns the tokens of a text to go on with, or to answer. A part of it that no token stands for is an error.
func (w *Writer) Prompt(text string) ([]int64, error) {
	if w.Turns != nil {
		return w.Turns([]string{text})
	}
	ids, err := w.Tokens.IDs(text)
	if err != nil {
		return nil, fmt.Errorf("the prompt: %w", err)
	}
	if read := w.Tokens.Decode(ids, false); read != text {
		at := 0
		for at < len(read) && at < len(text) && read[at] == text[at] {
			at++
		}
		for at > 0 && at < len(text) && !utf8.RuneStart(text[at]) {
			at--
		}
		r, _ := utf8.DecodeRuneInString(text[at:])
		return nil, fmt.Errorf("the prompt: the model was trained on texts without %q, and cannot read it", r)
	}
	return append(append([]int64{}, w.Begin...), ids...), nil
}

// Next makes the tokens that follow a prompt, until one of Stop.
func (w *Writer) Next(ctx context.Context, prompt []int64, c generate.Config) iter.Seq2[generate.Token, error] {
	c.Stop = w.Stop
	if w.Rule != nil {
		c.Processors = append(slices.Clone(c.Processors), w.Rule)
	}
	if w.Slides {
		return generate.Sliding(ctx, w.Model, prompt, c)
	}
	return generate.Tokens(ctx, w.Model, prompt, c)
}

// Write returns the text that follows a prompt.
func (w *Writer) Write(ctx context.Context, prompt []int64, c generate.Config) (string, error) {
	var made []int64
	for t, err := range w.Next(ctx, prompt, c) {
		if err != nil {
			return "", err
		}
		if !t.Stop {
			made = append(made, t.ID)
		}
	}
	return w.Tokens.Decode(made, true), nil
}
