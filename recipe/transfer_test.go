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
	c := chart.Chart{Title: "Test accuracy by how many pictures were learned from, seeds 1, 2, 3", X: "pictures", Y: "%"}
	for _, how := range []string{"scratch", "frozen", "tuned"} {
		mean := chart.Series{Name: how, Points: true}
		for _, n := range []float64{100, 1000} {
			sum := 0.0
			for seed := 1; seed <= 3; seed++ {
				text, err := os.ReadFile(filepath.Join(*transferRuns, fmt.Sprintf("transfer-%s-%g-%d", how, n, seed), resultName))
				if err != nil {
					t.Fatal(err)
				}
				var res Result
				if err := json.Unmarshal(text, &res); err != nil {
					t.Fatal(err)
				}
				sum += 100 * res.Metrics["accuracy"]
			}
			mean.X, mean.Y = append(mean.X, n), append(mean.Y, sum/3)
		}
		c.Series = append(c.Series, mean)
	}
	if err := os.WriteFile(filepath.Join("..", "docs", "recipes", "transfer.svg"), []byte(c.SVG()), 0o644); err != nil {
		t.Fatal(err)
	}
}
