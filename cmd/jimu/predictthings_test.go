package main

import (
	"encoding/json"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/recipe"
)

// A detector says where the face is, in pixels, as words and as JSON, and draws it.
func TestPredictFindsTheFace(t *testing.T) {
	weights, photo := check.Published(t, "weights/blazeface/blazeface.pth"), check.Published(t, "data/images/astronaut.png")
	dir := t.TempDir()
	out := well(t, "predict", "--model", "blazeface", "--weights", weights, "--out", dir, photo)
	if !strings.Contains(out, "face 95.9 % at 175,78, 100 × 99 pixels") {
		t.Errorf("%s", out)
	}
	f, err := os.Open(filepath.Join(dir, "astronaut.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if r, g, b, _ := m.At(225, 79).RGBA(); r>>8 != 0 || g>>8 != 220 || b>>8 != 90 {
		t.Errorf("the upper edge of the box is %d %d %d", r>>8, g>>8, b>>8)
	}
	var said struct{ Found []recipe.Found }
	if err := json.Unmarshal([]byte(well(t, "predict", "--model", "blazeface", "--weights", weights, "--json", photo)), &said); err != nil || len(said.Found) != 1 || len(said.Found[0].Points) != 6 {
		t.Errorf("%+v, %v", said, err)
	}
}
