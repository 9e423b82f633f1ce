package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/tensor"
)

// weights writes a small file of weights into the working folder.
func weights(t *testing.T, path string) {
	t.Helper()
	f := format.Of(map[string]string{"made": "here", "evil": "\x1b[2Jgone"},
		format.Named{Name: "net.fc.weight", Tensor: tensor.Of([]float32{1, 2, 3, 4, 5, 6}, 2, 3)},
		format.Named{Name: "net.fc.bias", Tensor: tensor.Of([]float32{-1, 0.5})},
		format.Named{Name: "net.\x1b[31msteps", Tensor: tensor.Of([]int64{7})},
	)
	if err := format.Write(path, f, format.WriteConfig{}); err != nil {
		t.Fatal(err)
	}
}

func TestInspect(t *testing.T) {
	t.Chdir(t.TempDir())
	weights(t, "a.safetensors")
	out := well(t, "inspect", "a.safetensors")
	for _, want := range []string{"safetensors, 3", "made  here", "net.fc.weight", "F32", "[2 3]", "24 B", "3 tensors, 9 numbers, 40 B: 2 F32, 1 I64", `\x1b[31m`} {
		if !strings.Contains(out, want) {
			t.Errorf("it lacks %q:\n%s", want, out)
		}
	}
	if strings.Contains(out, "\x1b") {
		t.Errorf("the file speaks to the terminal: %q", out)
	}
	var i inspection
	if err := json.Unmarshal([]byte(well(t, "inspect", "--json", "a.safetensors")), &i); err != nil {
		t.Fatal(err)
	}
	if i.Format != "safetensors" || len(i.Tensors) != 3 || i.Tensors[0].DType != "float32" || i.Bytes != 40 || i.Metadata["made"] != "here" {
		t.Errorf("%+v", i)
	}
}

// A file goes through the formats and comes back with the same numbers.
func TestConvert(t *testing.T) {
	t.Chdir(t.TempDir())
	weights(t, "a.safetensors")
	for _, step := range [][]string{
		{"a.safetensors", "b.pt"},
		{"b.pt", "c.npz", "--rename", "net.=model.", "--without", "net.\x1b"},
		{"c.npz", "d.safetensors.index.json", "--type", "f16"},
		{"d.safetensors.index.json", "e.safetensors", "--type", "f32", "--rename", "model.=net."},
	} {
		well(t, append([]string{"convert"}, step...)...)
	}
	f, err := format.Open("e.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	x, err := f.Tensor("net.fc.weight")
	if err != nil || len(f.Entries()) != 2 || x.String() != "float32[2 3] on cpu [1 2 3 4 5 6]" {
		t.Errorf("%v, %v, %v", x, err, f.Entries())
	}
	if out := well(t, "convert", "a.safetensors", "f.npz"); !strings.Contains(out, "not kept whole") {
		t.Errorf("nothing is said of the metadata: %s", out)
	}
}

func TestConvertRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	weights(t, "a.safetensors")
	write(t, "text.pt", "hello")
	write(t, "old.npz", "what was there")
	for _, c := range []struct {
		line []string
		code int
		want string
	}{
		{[]string{"convert", "a.safetensors"}, 2, "needs the file to read and the one to write"},
		{[]string{"inspect"}, 2, "needs a file of weights"},
		{[]string{"inspect", "none.pt"}, 1, "none.pt"},
		{[]string{"inspect", "text.pt"}, 1, "not a valid file of any format known here: "},
		{[]string{"convert", "a.safetensors", "b.xyz"}, 1, `has the extension ".xyz"; those that are written: `},
		{[]string{"convert", "a.safetensors", "b.pt", "--type", "q9"}, 1, `"q9"`},
		{[]string{"convert", "a.safetensors", "old.npz", "--type", "bf16"}, 1, "NumPy does not have"},
		{[]string{"convert", "a.safetensors", "a.safetensors", "--type", "f16"}, 2, "in place of itself"},
		{[]string{"convert", "a.safetensors", "b.npy"}, 1, "one array, and there are 3"},
		{[]string{"convert", "a.safetensors", "b.pt", "--rename", "net"}, 2, "OLD=NEW"},
		{[]string{"convert", "a.safetensors", "b.pt", "--rename", "net.fc.weight=net.fc.bias"}, 2, "both be called"},
		{[]string{"convert", "a.safetensors", "b.pt", "--without", "net"}, 2, "no tensor is left"},
	} {
		out, errors, code := jimu(t, c.line...)
		if code != c.code || !strings.Contains(errors, c.want) || strings.Count(errors, "\n") != 1 {
			t.Errorf("jimu %v: code %d, %s%s; want code %d and %q", c.line, code, out, errors, c.code, c.want)
		}
	}
	if text, err := os.ReadFile("old.npz"); err != nil || string(text) != "what was there" {
		t.Errorf("the older file is %q, %v", text, err)
	}
	if left, err := filepath.Glob("b.*"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// An interrupt in the middle leaves the older file as it was, and nothing beside it.
func TestConvertIsInterrupted(t *testing.T) {
	t.Chdir(t.TempDir())
	weights(t, "a.safetensors")
	write(t, "b.pt", "what was there")
	ctx, cancel := context.WithCancel(context.Background())
	in, err := format.Open("a.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	f, err := (&convertOptions{}).chosen(&converted{File: in, ctx: ctx, show: newProgress(io.Discard)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Tensor("net.fc.weight"); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := format.Write("b.pt", f, format.WriteConfig{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	files, err := os.ReadDir(".")
	text, err2 := os.ReadFile("b.pt")
	if err != nil || err2 != nil || len(files) != 2 || string(text) != "what was there" {
		t.Errorf("%v, %v, %q, %v", files, err, text, err2)
	}
}
