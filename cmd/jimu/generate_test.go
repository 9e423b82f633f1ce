package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/check"
)

// The published model of llama2.c writes the text that its own program writes, letter by letter.
func TestStories260K(t *testing.T) {
	weights, tokens := check.Published(t, "weights/stories260k/stories260K.bin"), check.Published(t, "weights/stories260k/tok512.bin")
	want, err := os.ReadFile(check.Published(t, "weights/stories260k/expected-greedy.txt"))
	if err != nil {
		t.Fatal(err)
	}
	out, _, code := jimu(t, "generate", "--weights", weights, "--tokenizer", tokens, "--temperature", "0")
	if code != 0 || strings.TrimRight(out, "\n") != strings.TrimRight(string(want), "\n") {
		t.Errorf("exit code %d, text %q, want %q", code, out, want)
	}
	out, _, _ = jimu(t, "generate", "--weights", weights, "--tokenizer", tokens, "--temperature", "0", "--prompt", "Once upon", "--steps", "20")
	if len(out) < 50 || !strings.HasPrefix(string(want), strings.TrimRight(out, "\n")) {
		t.Errorf("behind its own beginning it goes on with %q", out)
	}
}

// writer returns a GGUF file of a small model with a vocabulary of its own.
func writer(t *testing.T) string {
	t.Helper()
	f, err := format.Open("../../model/llama/testdata/llama-llama3.gguf")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	names, scores, types := []string{"<unk>", "<s>", "</s>", "▁"}, make([]float32, 24), []int{2, 3, 3}
	for i := range 20 {
		names = append(names, string(rune('a'+i)))
	}
	for i := range 21 {
		types = append(types, 1)
		scores[i+3] = -float32(i) - 0.5
	}
	m := f.Metadata()
	m["tokenizer.ggml.model"], m["tokenizer.ggml.bos_token_id"], m["tokenizer.ggml.eos_token_id"], m["tokenizer.ggml.unknown_token_id"] = "llama", "1", "2", "0"
	for key, v := range map[string]any{"tokens": names, "scores": scores, "token_type": types} {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		m["tokenizer.ggml."+key] = string(text)
	}
	path := filepath.Join(t.TempDir(), "small.gguf")
	if err := format.Write(path, f, format.WriteConfig{Metadata: m}); err != nil {
		t.Fatal(err)
	}
	return path
}

// A GGUF file brings its tokenizer; the seed says what is drawn, beams draw nothing.
func TestGenerateFromGGUF(t *testing.T) {
	path := writer(t)
	draw := func(more ...string) string {
		t.Helper()
		out, errors, code := jimu(t, append([]string{"generate", "--weights", path, "--prompt", "abc", "--steps", "12"}, more...)...)
		if code != 0 || !strings.HasPrefix(out, "abc") || len(out) < 6 {
			t.Fatalf("%v: exit code %d, %q, %q", more, code, out, errors)
		}
		return out
	}
	if a, b, c := draw("--seed", "3"), draw("--seed", "3"), draw("--seed", "4"); a != b || a == c {
		t.Errorf("with seeds 3, 3 and 4: %q, %q, %q", a, b, c)
	}
	greedy := draw("--temperature", "0")
	if one := draw("--top-k", "1"); one != greedy {
		t.Errorf("drawn from the likeliest alone %q, the likeliest %q", one, greedy)
	}
	packed := filepath.Join(t.TempDir(), "q8.gguf")
	well(t, "convert", path, packed, "--type", "q8_0")
	whole := path
	path = packed
	if a, b := draw("--temperature", "0", "--packed"), draw("--temperature", "0"); a != b {
		t.Errorf("packed %q, expanded %q", a, b)
	}
	path = whole
	if draw("--beams", "3") != draw("--beams", "3", "--seed", "9") {
		t.Error("a search follows from the seed")
	}
}

func TestGenerateMisused(t *testing.T) {
	path := writer(t)
	for _, c := range []struct {
		line []string
		code int
		want string
	}{
		{nil, misused, "needs the model"},
		{[]string{"--weights", path, "--steps", "0"}, misused, "--steps is 0; want 1 or more"},
		{[]string{"--run", "r", "--steps", "0"}, misused, "--steps is 0; want 1 or more"},
		{[]string{"--weights", path, "--beams", "2", "--temperature", "0.5"}, misused, "--temperature is for drawing, and --beams searches"},
		{[]string{"--weights", path, "--length-penalty", "2"}, misused, "--length-penalty is for a search; give --beams"},
		{[]string{"--weights", path, "--top-p", "3"}, misused, "--top-p is 3; want 0 to 1"},
		{[]string{"--weights", path, "--temperature", "-1"}, misused, "--temperature is -1"},
		{[]string{"--weights", path, "--beams", "-1"}, misused, "--beams is -1"},
		{[]string{"--weights", filepath.Join(t.TempDir(), "none.gguf")}, failed, "none.gguf"},
		{[]string{"--weights", t.TempDir()}, failed, "--tokenizer"},
		{[]string{"--weights", "main.go", "--tokenizer", "main.go"}, failed, "main.go"},
	} {
		if _, text, code := jimu(t, append([]string{"generate"}, c.line...)...); code != c.code || !strings.Contains(text, c.want) {
			t.Errorf("%v: exit code %d, %q", c.line, code, text)
		}
	}
}
