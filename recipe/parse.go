package recipe

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxBytes is how long a recipe may be.
const maxBytes = 1 << 20

// Read reads the recipe in a file. One that says no name has that of the file, without .json unless a built-in recipe has it.
func Read(path string) (*Recipe, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("the recipe: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("the recipe %s: %w", path, err)
	}
	if len(text) > maxBytes {
		return nil, errorf(path, "longer than %d bytes; is it a recipe?", maxBytes)
	}
	r, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("the recipe %s: %w", path, err)
	}
	if r.Name == "" {
		r.Name = filepath.Base(path)
		if short := strings.TrimSuffix(r.Name, ".json"); short != "" && !slices.Contains(Names(), short) {
			r.Name = short
		}
	}
	return r, nil
}

// Parse reads a recipe from a JSON document. A mistake in it is an [Error].
func Parse(text []byte) (*Recipe, error) {
	o, err := parseObject(text)
	if err != nil {
		return nil, err
	}
	return decode(o)
}

// An object is a JSON object, with numbers as json.Number.
type object = map[string]any

// CheckObject reports what is no one JSON object, and a key that stands twice in it: others read documents of their own by it too.
func CheckObject(text []byte) error {
	_, err := parseObject(text)
	return err
}

// parseObject reads one JSON object and nothing behind it, and refuses a key that stands twice.
func parseObject(text []byte) (object, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	v, err := value(d, "")
	if err == nil {
		if _, e := d.Token(); !errors.Is(e, io.EOF) {
			err = errorf("", "something stands behind the last brace")
		}
	}
	if err != nil {
		return nil, placed(err, text, d.InputOffset())
	}
	o, ok := v.(object)
	if !ok {
		return nil, errorf("", "a recipe is a JSON object: {\"name\": …, \"data\": …}")
	}
	return o, nil
}

// placed says in which line and column a mistake is.
func placed(err error, text []byte, at int64) error {
	var mine *Error
	if errors.As(err, &mine) {
		return err
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = syntax.Offset
	}
	msg := err.Error()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		at, msg = int64(len(text)), "it ends too early; a brace is not closed"
	}
	before := text[:min(max(at, 0), int64(len(text)))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n') - 1
	return errorf("", "not valid JSON in line %d, column %d: %s", line, max(column, 1), msg)
}

// value reads the next value.
func value(d *json.Decoder, path string) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t {
	case json.Delim('{'):
		return readObject(d, path)
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := value(d, path)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := d.Token()
		return list, err
	}
	return t, nil
}

func readObject(d *json.Decoder, path string) (any, error) {
	o := object{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		key, ok := t.(string)
		if !ok {
			return nil, errorf(path, "a key must be a word in quotes")
		}
		if _, twice := o[key]; twice {
			return nil, errorf(join(path, key), "stands twice")
		}
		if o[key], err = value(d, join(path, key)); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return o, err
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
