package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// A conversation is what both said in turn, the user first.
type conversation struct {
	From  string   `json:"from"`
	Turns []string `json:"turns"`
}

// conversations writes the instructions, the English conversations of chatterbot-corpus, and of the dialogues between people and an
// assistant those about restaurants alone.
func conversations(dir string) error {
	dir = filepath.Join(dir, "dialogue")
	all, err := instructions(dir)
	if err != nil {
		return err
	}
	chatter, err := chatterbot(filepath.Join(dir, "chatterbot-corpus-en-zh.tar.gz"))
	if err != nil {
		return err
	}
	guided, err := restaurants(dir)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	lines := json.NewEncoder(&out)
	lines.SetEscapeHTML(false)
	for _, c := range append(append(all, chatter...), guided...) {
		if err := lines.Encode(c); err != nil {
			return err
		}
	}
	return write("conversations.jsonl.gz", out.Bytes())
}

func unpackFile(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if b, err = unpack(b); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return b, nil
}

func instructions(dir string) (all []conversation, err error) {
	b, err := unpackFile(filepath.Join(dir, "instruction-data.json.gz"))
	if err != nil {
		return nil, err
	}
	var list []struct{ Instruction, Input, Output string }
	if err := json.Unmarshal(b, &list); err != nil {
		return nil, err
	}
	for _, x := range list {
		all = append(all, conversation{"instruction", []string{strings.TrimSpace(x.Instruction + "\n" + x.Input), x.Output}})
	}
	return all, nil
}

// restaurants returns the dialogues whose only service is Restaurants_1.
func restaurants(dir string) (all []conversation, err error) {
	b, err := unpackFile(filepath.Join(dir, "sgd-train.txt.gz"))
	if err != nil {
		return nil, err
	}
	for part := range strings.SplitSeq(strings.TrimSpace(string(b)), "\n\n") {
		lines := strings.Split(part, "\n")
		if !strings.HasSuffix(lines[0], " Restaurants_1") || !strings.HasPrefix(lines[0], "# ") || strings.Contains(lines[0], ",") {
			continue
		}
		c := conversation{From: "guided"}
		for _, line := range lines[1:] {
			c.Turns = append(c.Turns, line[2:])
		}
		all = append(all, c)
	}
	return all, nil
}

// chatterbot returns the English conversations; of all but those of conversations.yml the question and its first answer, since
// what follows there is other answers.
func chatterbot(name string) (all []conversation, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	for files := tar.NewReader(z); ; {
		h, err := files.Next()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if !strings.HasPrefix(h.Name, "english/") || path.Ext(h.Name) != ".yml" {
			continue
		}
		b, err := io.ReadAll(files)
		if err != nil {
			return nil, err
		}
		for _, turns := range listed(string(b)) {
			block := slices.ContainsFunc(turns, func(s string) bool { return strings.HasPrefix(s, "|") }) // of several lines: code
			if len(turns) < 2 || block {
				continue
			}
			if path.Base(h.Name) != "conversations.yml" {
				turns = turns[:2]
			}
			all = append(all, conversation{"chatter", turns[:len(turns)/2*2]})
		}
	}
}

// listed reads lists of lists of texts in YAML, as this corpus writes them.
func listed(text string) (all [][]string) {
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \r\n")
		switch {
		case strings.HasPrefix(line, "- - "):
			all = append(all, []string{line[4:]})
		case strings.HasPrefix(line, "  - ") && len(all) > 0:
			all[len(all)-1] = append(all[len(all)-1], line[4:])
		case strings.HasPrefix(line, "    ") && len(all) > 0: // a text that goes on
			last := all[len(all)-1]
			last[len(last)-1] += " " + strings.TrimSpace(line)
		}
	}
	for _, turns := range all {
		for i, s := range turns {
			if s = strings.TrimSpace(s); len(s) > 1 && (s[0] == '\'' || s[0] == '"') && s[len(s)-1] == s[0] {
				s = strings.ReplaceAll(strings.ReplaceAll(s[1:len(s)-1], "''", "'"), `\"`, `"`)
			}
			turns[i] = s
		}
	}
	return all
}
