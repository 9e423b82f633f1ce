package language

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/jimu-ml/jimu/recipe"
)

// readTalks reads conversations from a file.
func readTalks(path string) ([]talk, error) {
	s, err := recipe.Text(path, maxText)
	if err != nil {
		return nil, err
	}
	all, err := parseTalks([]byte(s))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return all, nil
}

// parseTalks reads conversations in JSON: objects one behind the other, or in one list, each with what was said in turn, or
// with an instruction, its input if it has one, and its output, as the data of Alpaca has them.
//
//	{"turns": ["Hello.", "Good morning!"]}
//	{"instruction": "Translate into French.", "input": "dog", "output": "chien"}
func parseTalks(text []byte) (all []talk, err error) {
	text = bytes.TrimSpace(text)
	d := json.NewDecoder(bytes.NewReader(text))
	list := len(text) > 0 && text[0] == '['
	if list {
		if _, err := d.Token(); err != nil {
			return nil, err
		}
	}
	for {
		if list && !d.More() {
			break
		}
		var c struct {
			From, Instruction, Input, Output string
			Turns                            []string
		}
		err := d.Decode(&c)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("conversation %d: %w", len(all)+1, err)
		}
		if c.Turns == nil {
			c.Turns = []string{strings.TrimSpace(c.Instruction + "\n" + c.Input), c.Output}
		}
		t := talk{c.From, exchanges(c.Turns)}
		if len(t.exchanges) == 0 || t.exchanges[0].asked == "" || t.exchanges[0].answer == "" {
			return nil, fmt.Errorf("conversation %d has no question with an answer: want \"turns\", or \"instruction\" and \"output\"", len(all)+1)
		}
		all = append(all, t)
	}
	if list {
		if _, err := d.Token(); err != nil {
			return nil, fmt.Errorf("behind conversation %d: %w", len(all), err)
		}
	}
	if len(all) < 10 {
		return nil, fmt.Errorf("%d conversations; want ten at least", len(all))
	}
	return all, nil
}
