package keras

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
)

// The networks of keras.applications with random weights give Keras's logits: JIMU_REFERENCE says where
// _golden/keras_models.py --full has put them.
func TestApplicationsEqualKeras(t *testing.T) {
	dir := os.Getenv("JIMU_REFERENCE")
	if dir == "" {
		t.Skip("JIMU_REFERENCE is not set: no full-size networks of Keras's")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.golden"))
	if err != nil || len(files) == 0 {
		t.Fatal(err, "no .golden files in JIMU_REFERENCE")
	}
	for _, file := range files {
		base := strings.TrimSuffix(file, ".golden")
		for _, c := range check.Golden(t, file) {
			for _, end := range []string{".keras", ".h5"} {
				t.Run(filepath.Base(base)+end, func(t *testing.T) {
					m, err := Open(base + end)
					if err != nil {
						t.Fatal(err)
					}
					c := c.On(t)
					if n := nn.Count(nn.Params(m)); n != c.Int("parameters") {
						t.Errorf("%d parameters that are learned, want %d", n, c.Int("parameters"))
					}
					answers(t, m, c, 1e-4)
				})
			}
		}
	}
}
