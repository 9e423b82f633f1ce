package recipe

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/jimu-ml/jimu/internal/chart"
)

var transferRuns = flag.String("transfer", "", "draw the test accuracy of the runs transfer-HOW-EXAMPLES-SEED in this folder")

// With -transfer, it draws docs/recipes/transfer.svg.
func TestTransferCurves(t *testing.T) {
	if *transferRuns == "" {
		t.Skip("no runs given by -transfer")
	}
	c := chart.Chart{Title: "Test accuracy by how many pictures were learned from", X: "pictures", Y: "%"}
	for _, how := range []string{"scratch", "frozen", "tuned"} {
		mean := chart.Series{Name: how, Points: true}
		for _, n := range []float64{100, 1000} {
			paths, err := filepath.Glob(filepath.Join(*transferRuns, fmt.Sprintf("transfer-%s-%g-*", how, n), resultName))
			if err != nil || len(paths) == 0 {
				t.Fatalf("no run of %s with %g pictures: %v", how, n, err)
			}
			sum := 0.0
			for _, path := range paths {
				sum += 100 * accuracyOf(t, path)
			}
			mean.X, mean.Y = append(mean.X, n), append(mean.Y, sum/float64(len(paths)))
		}
		c.Series = append(c.Series, mean)
	}
	if err := os.WriteFile(filepath.Join("..", "docs", "recipes", "transfer.svg"), []byte(c.SVG()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func accuracyOf(t *testing.T, path string) float64 {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var res Result
	if err := json.Unmarshal(text, &res); err != nil {
		t.Fatal(err)
	}
	return res.Metrics["accuracy"]
}
