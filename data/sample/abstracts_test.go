package sample

import (
	"bytes"
	"errors"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
)

func TestAbstracts(t *testing.T) {
	sets, read, err := Abstracts("")
	if err != nil || len(sets[0]) != 500 || len(sets[1]) != 100 || len(sets[2]) != 100 || !slices.Equal(read, Paths("scitldr")) {
		t.Fatal(len(sets[0]), len(sets[1]), len(sets[2]), read, err)
	}
	if a := sets[1][0]; len(a.Source) != 6 || !strings.HasPrefix(a.Source[0], "Mixed precision training (MPT)") {
		t.Errorf("%+v", a)
	}
	var missing *FileError
	if _, _, err := Abstracts(t.TempDir()); !errors.As(err, &missing) || !strings.Contains(err.Error(), "train.jsonl.gz is missing") {
		t.Error(err)
	}
}

func TestAllAbstracts(t *testing.T) {
	dir := filepath.Dir(check.Published(t, "data/scitldr/test.jsonl.gz"))
	all, read, err := Abstracts(dir)
	if err != nil || len(all[0]) != 1992 || len(all[1]) != 619 || len(all[2]) != 618 || len(read) != 3 {
		t.Fatal(len(all[0]), len(all[1]), len(all[2]), read, err)
	}
	some, _, err := Abstracts("")
	if err != nil {
		t.Fatal(err)
	}
	for i := range some {
		if !reflect.DeepEqual(some[i], all[i][:len(some[i])]) {
			t.Errorf("set %d in the program is not the beginning of the published one", i)
		}
	}
}

func FuzzAbstracts(f *testing.F) {
	f.Add([]byte(`{"source": ["A."], "target": ["B."], "title": "t"}` + "\n" + `{"source": ["A.", "C."], "target": ["B."]}`))
	f.Add([]byte(`{"source": []}`))
	f.Add([]byte(`{"source": ["A."`))
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := parseAbstracts(bytes.NewReader(b))
		for _, a := range all {
			if err != nil || len(a.Source) == 0 || len(a.Target) == 0 {
				t.Fatalf("%+v with %v", a, err)
			}
		}
	})
}
