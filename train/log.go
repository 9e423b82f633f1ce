package train

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// longestLine is how long a line of a log may be.
const longestLine = 1 << 20

// ReadLog returns the records that a run wrote into its folder, in order. A last line that a kill cut off is left out.
func ReadLog(dir string) ([]Record, error) {
	f, err := os.Open(filepath.Join(dir, "metrics.jsonl"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s has no log: no run was kept there", dir)
	}
	if err != nil {
		return nil, fmt.Errorf("the run's log: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, longestLine)
	var all []Record
	for lines.Scan() {
		var l line
		if json.Unmarshal(lines.Bytes(), &l) != nil {
			continue
		}
		all = append(all, Record{
			Kind: l.Kind, Step: l.Step, Epoch: l.Epoch, Rate: l.Rate, Values: l.Values, ExamplesPerSecond: l.Speed,
			Elapsed: time.Duration(l.Seconds * float64(time.Second)),
		})
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("the run's log: %w", err)
	}
	return all, nil
}
