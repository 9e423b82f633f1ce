package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// questions keeps the English XQuAD as it is, and the first passages of both sets of CMRC 2018, without the numbers of questions;
// answers that several people gave alike are kept as often as they were given.
func questions(dir string) error {
	for name, keep := range map[string]int{"xquad.en.json.gz": 0, "cmrc2018_dev.json.gz": 240, "cmrc2018_trial.json.gz": 80} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		if b, err = unpack(b); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if keep > 0 {
			if b, err = firstPassages(b, keep); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		if err := write(name, b); err != nil {
			return err
		}
	}
	return nil
}

func firstPassages(b []byte, keep int) ([]byte, error) {
	type answer struct {
		Text  string `json:"text"`
		Start int    `json:"answer_start"`
	}
	type asked struct {
		Question string   `json:"question"`
		Answers  []answer `json:"answers"`
	}
	type paragraph struct {
		Context string  `json:"context"`
		Qas     []asked `json:"qas"`
	}
	type article struct {
		Title      string      `json:"title"`
		Paragraphs []paragraph `json:"paragraphs"`
	}
	var file struct {
		Data []article `json:"data"`
	}
	if err := json.Unmarshal(b, &file); err != nil {
		return nil, err
	}
	file.Data = file.Data[:keep]
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err := e.Encode(file)
	return out.Bytes(), err
}
