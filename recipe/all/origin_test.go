package all

import (
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/recipe"
)

// Whatever a recipe reads of the program is named, so that a run can note its checksum.
func TestDataInTheProgramIsNamed(t *testing.T) {
	for _, name := range strings.Fields("airline bach bccd california cars chat digits fashion iris names poetry requests spam summary moving vae wine cancer translation") {
		r, err := recipe.Builtin(name)
		if err != nil {
			t.Fatal(err)
		}
		w, err := r.Load(t.Context())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		files := w.Sets().Files
		if len(files) == 0 {
			t.Errorf("%s names none", name)
		}
		for _, path := range files {
			if _, err := sample.Bytes(path); err != nil || !strings.HasPrefix(path, sample.InBinary) {
				t.Errorf("%s names %s: %v", name, path, err)
			}
		}
	}
}
