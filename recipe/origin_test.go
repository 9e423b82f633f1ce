package recipe

import (
	"context"
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
}
