package recipe

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A run says where it came from, and does not go on with other data.
func TestOrigin(t *testing.T) {
	var b strings.Builder
	b.WriteString("size,kind\n")
	for i := range 60 {
		b.WriteString([]string{"1,small\n", "9,large\n"}[i%2])
	}
	path := file(t, b.String())
	s := trained(t, "iris", "data=csv", "data.file="+path, "data.target=kind", "train.epochs=2")
	o, err := readOrigin(s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(o.Files) != 1 || o.Files[0].Path != path || o.Files[0].Bytes != int64(b.Len()) || len(o.Files[0].SHA256) != 64 {
		t.Errorf("files %+v", o.Files)
	}
	if o.Begun.IsZero() || o.Go == "" || o.System == "" || o.Threads < 1 {
		t.Errorf("origin %+v", o)
	}
	r := *s.Recipe
	r.Train.Epochs = 3
	if err := os.WriteFile(path, []byte(strings.Replace(b.String(), "9,", "8,", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(context.Background(), &r, Options{Dir: s.Dir, Resume: true}); err == nil || !strings.Contains(err.Error(), "has changed since the run began") {
		t.Errorf("other data: %v", err)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(context.Background(), &r, Options{Dir: s.Dir, Resume: true}); err != nil {
		t.Errorf("the same data: %v", err)
	}
}

// A run on a set in the program says which bytes that was, and does not go on with others; one that began before that was noted does.
func TestOriginInTheProgram(t *testing.T) {
	s := trained(t, "iris", "train.epochs=1")
	o, err := s.Origin()
	if err != nil || len(o.Files) != 1 || !o.Files[0].Binary || o.Files[0].Path != "iris.csv.gz" {
		t.Fatalf("%+v, %v", o, err)
	}
	packed, err := os.ReadFile(filepath.Join("..", "data", "sample", "files", "iris.csv.gz"))
	if sum := sha256.Sum256(packed); err != nil || o.Files[0].SHA256 != hex.EncodeToString(sum[:]) || o.Files[0].Bytes != int64(len(packed)) {
		t.Errorf("%+v of %d bytes, %v", o.Files[0], len(packed), err)
	}
	r := *s.Recipe
	r.Train.Epochs = 2
	o.Files = []Sum{{Path: "iris.csv.gz", Binary: true, SHA256: "another"}}
	if err := o.write(s.Dir); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(t.Context(), &r, Options{Dir: s.Dir, Resume: true}); err == nil || !strings.Contains(err.Error(), "the set in this program is not the one") {
		t.Errorf("another program's set: %v", err)
	}
	o.Files = nil
	if err := o.write(s.Dir); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(t.Context(), &r, Options{Dir: s.Dir, Resume: true}); err != nil {
		t.Errorf("an old run: %v", err)
	}
}

// A run that starts from weights says which they were, of a file and of another run; gone on with, it needs them no more.
func TestOriginOfWeights(t *testing.T) {
	first := trained(t, "iris", "train.epochs=1")
	if o, err := first.Origin(); err != nil || o.Start != nil {
		t.Errorf("from random weights: %+v, %v", o, err)
	}
	set := []string{"train.epochs=1", "start.weights=" + first.Dir, "start.fresh=[]"}
	next := trained(t, "iris", set...)
	o, err := next.Origin()
	if err != nil || o.Start == nil {
		t.Fatalf("%+v, %v", o, err)
	}
	want, err := sumOf(filepath.Join(first.Dir, "checkpoints"))
	if err != nil || *o.Start != want || len(want.SHA256) != 64 {
		t.Errorf("it started from %+v, want %+v; %v", o.Start, want, err)
	}
	if err := os.RemoveAll(first.Dir); err != nil {
		t.Fatal(err)
	}
	r := *next.Recipe
	r.Train.Epochs = 2
	if _, err := Run(t.Context(), &r, Options{Dir: next.Dir, Resume: true}); err != nil {
		t.Error(err)
	}
	if again, err := next.Origin(); err != nil || again.Start == nil || *again.Start != want {
		t.Errorf("gone on with: %+v, %v", again, err)
	}
}

// The sum of a folder is of the names and the bytes in it.
func TestSumOfFolder(t *testing.T) {
	put := func(dir, name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a, b, c := t.TempDir(), t.TempDir(), t.TempDir()
	for _, dir := range []string{a, b, c} {
		put(dir, "x", "1")
	}
	put(a, "y", "2")
	put(b, "y", "2")
	put(c, "z", "2")
	x, errX := sumOf(a)
	y, errY := sumOf(b)
	z, errZ := sumOf(c)
	if errX != nil || errY != nil || errZ != nil {
		t.Fatal(errX, errY, errZ)
	}
	if x.SHA256 != y.SHA256 || x.SHA256 == z.SHA256 || x.Count != 2 || x.Bytes != 2 {
		t.Errorf("%+v %+v %+v", x, y, z)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(a, link); err != nil {
		t.Skip(err)
	}
	if s, err := sumOf(link); err != nil || s.SHA256 != x.SHA256 || s.Path != link {
		t.Errorf("of a link to the folder: %+v, %v", s, err)
	}
}
