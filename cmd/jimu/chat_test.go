package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// textRuns trains, in a folder of its own, a model of names and one of conversations, both very small.
func textRuns(t *testing.T) (names, chat string) {
	t.Helper()
	t.Chdir(t.TempDir())
	var list, talks strings.Builder
	for i := range 40 {
		fmt.Fprintln(&list, []string{"anna", "otto", "bob"}[i%3])
		day, later := fmt.Sprintf("Day %d. ", i), "" // no copies: another question, or more to say
		if i%4 > 1 {
			day, later = "", fmt.Sprintf(`, "%s", "Fine."`, day)
		}
		fmt.Fprintf(&talks, `{"turns": ["%sWhat does the %s say?", "%s!", "Sure?", "Sure."%s]}`+"\n", day, []string{"cat", "dog"}[i%2], []string{"meow", "woof"}[i%2], later)
	}
	for name, text := range map[string]string{"names.txt": list.String(), "talks.jsonl": talks.String()} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	small := []string{"--set", "model.layers=1", "--set", "model.heads=2", "--set", "model.width=32", "--set", "data.test=0.2", "--set", "data.batch=4", "--set", `optimizer={"name": "adamw", "lr": 0.01}`}
	out := well(t, append([]string{"train", "names", "--set", "data.file=names.txt", "--epochs", "12"}, small...)...)
	out += well(t, append([]string{"train", "chat", "--set", "data.file=talks.jsonl", "--set", "data.vocabulary=300", "--epochs", "30", "--set", "model.dropout=0"}, small...)...)
	for _, want := range []string{"generate --run", "what it writes", "chat --run", "talk to it"} {
		if !strings.Contains(out, want) {
			t.Errorf("the final words lack %q:\n%s", want, out)
		}
	}
	return filepath.Join("runs", "names"), filepath.Join("runs", "chat")
}

// The model of a run goes on with a text, and holds a conversation line by line.
func TestGenerateAndChatWithARun(t *testing.T) {
	names, chat := textRuns(t)
	out := well(t, "generate", "--run", names, "--prompt", "ot", "--temperature", "0")
	if out != "otto\n" {
		t.Errorf("after \"ot\": %q", out)
	}
	if out := well(t, "generate", "--run", names, "--prompt", "an", "--beams", "2"); out != "anna\n" {
		t.Errorf("searched after \"an\": %q", out)
	}
	if out := well(t, "predict", "--run", names, "--text", "bo"); !strings.HasPrefix(out, "bo") {
		t.Errorf("predicted after \"bo\": %q", out)
	}
	if out := well(t, "predict", "--run", chat, "--text", "What does the dog say?"); out != "What does the dog say?: woof!\n" {
		t.Errorf("predict answers %q", out)
	}

	var o, e bytes.Buffer
	a := &app{out: &o, err: &e}
	root := a.root([]string{"chat", "--run", chat, "--temperature", "0"})
	root.SetIn(strings.NewReader("What does the dog say?\n\nSure?\n/new\n" + strings.Repeat("What does the cat say? ", 100) + "\nWhat does the cat say?\n/quit\nSure?\n"))
	if err := root.ExecuteContext(context.Background()); err != nil {
		t.Fatal(err)
	}
	if o.String() != "woof!\nSure.\nmeow!\n" {
		t.Errorf("a conversation: %q", o.String())
	}
	if text := e.String(); !strings.Contains(text, "gpt, ") || !strings.Contains(text, "a small model") || !strings.Contains(text, "fewer words") {
		t.Errorf("beside it: %q", text)
	}
	for _, c := range []struct {
		line []string
		want string
	}{
		{[]string{"chat", "--run", names}, "holds no conversations"},
		{[]string{"chat", "--run", chat, "--steps", "0"}, "--steps is 0"},
		{[]string{"chat", "--run", chat, "--top-p", "2"}, "--top-p is 2"},
		{[]string{"chat", "--run", "nowhere"}, "no run's folder"},
		{[]string{"generate", "--run", names, "--packed"}, "leave --weights, --tokenizer and --packed out"},
		{[]string{"generate", "--run", "nowhere"}, "no run's folder"},
	} {
		if _, text, code := jimu(t, c.line...); code != misused || !strings.Contains(text, c.want) {
			t.Errorf("%v: exit code %d, %q", c.line, code, text)
		}
	}
	if _, text, code := jimu(t, "generate", "--run", names, "--prompt", "Ж"); code != failed || !strings.Contains(text, "'Ж'") {
		t.Errorf("of a letter that no name has: exit code %d, %q", code, text)
	}
}
