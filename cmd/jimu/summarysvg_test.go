package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The drawing is well-formed, and has every layer and an arrow for each pair that follows on another.
func TestSummaryDraws(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.svg")
	out, _, code := jimu(t, "summary", "resnet", "--input", "3,64,64", "--outputs", "10", "--config", `{"layers":18}`, "--svg", path)
	if code != 0 || !strings.Contains(out, path) {
		t.Fatalf("exit code %d: %s", code, out)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	boxes, arrows := 0, 0
	for d := xml.NewDecoder(strings.NewReader(string(text))); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok {
			switch e.Name.Local {
			case "rect":
				boxes++
			case "path":
				arrows++
			}
		}
	}
	// 41 layers, 8 sums, the input and the background; each arrow is a line and its head.
	if boxes != 51 || arrows != 2*57 {
		t.Errorf("%d boxes, %d arrows", boxes, arrows)
	}
	for _, layer := range []string{"layer4.1.bn2  BatchNorm", "Add", "512 × 2 × 2", "fc  Linear"} {
		if !strings.Contains(string(text), layer) {
			t.Errorf("%s is missing", layer)
		}
	}
}

// A model of several networks has no table, but it is said how large they are.
func TestSummaryOfSeveralNetworks(t *testing.T) {
	out := well(t, "summary", "dcgan")
	for _, want := range []string{"generator", "discriminator", "together", "parameters"} {
		if !strings.Contains(out, want) {
			t.Errorf("the summary lacks %q:\n%s", want, out)
		}
	}
	if _, errors, code := jimu(t, "summary", "dcgan", "--svg", filepath.Join(t.TempDir(), "a.svg")); code == 0 || !strings.Contains(errors, "made of several networks") {
		t.Errorf("a drawing: exit code %d, %s", code, errors)
	}
}
