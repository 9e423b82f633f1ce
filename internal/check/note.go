package check

import (
	"encoding/json"
	"math"
	"os"
	"testing"
)

// A Note is what a test found out about an entry of a catalogue: the vocabulary's table is made of them.
type Note struct {
	Package   string  // "objective"
	Entry     string  // the name of the sample, such as "FocalLoss/gamma"
	Reference string  // what the values were compared with, and its version; [ByHand] or [Statistics] where that is no implementation
	Error     float64 // the largest relative error, over the largest element of each array
	Order     int     // how often its derivative was checked by differences; 0 for none
}

// What entries are compared with besides other implementations.
const (
	ByHand     = "by hand"    // cases derived in the test
	Statistics = "statistics" // what random numbers are like
)

// NotesTo names the environment variable that holds the file to which notes are appended, a JSON object a line. Without it
// they are dropped.
const NotesTo = "JIMU_VOCABULARY"

// Write appends the note to the file that [NotesTo] names.
func (n Note) Write(t testing.TB) {
	t.Helper()
	name := os.Getenv(NotesTo)
	if name == "" {
		return
	}
	if math.IsNaN(n.Error) || math.IsInf(n.Error, 0) {
		n.Error = -1
	}
	line, err := json.Marshal(n)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatalf("%s: %v", NotesTo, err)
	}
	defer f.Close()
	if _, err := f.Write(append(line, '\n')); err != nil {
		t.Fatalf("%s: %v", NotesTo, err)
	}
}

// Off returns the largest difference of got and want over the largest finite magnitude of want: what a [Note] reports.
// Elements that are equal, infinite ones and NaN included, differ by nothing.
func Off[T float32 | float64](got, want []T) float64 {
	most, worst := 0.0, 0.0
	for i, w := range want {
		if m := math.Abs(float64(w)); !math.IsInf(m, 0) && m > most {
			most = m
		}
		g, w := float64(got[i]), float64(w)
		if g == w || g != g && w != w {
			continue
		}
		d := math.Abs(g - w)
		if d != d {
			d = math.Inf(1)
		}
		worst = max(worst, d)
	}
	if worst == 0 {
		return 0
	}
	return worst / max(most, 1e-30)
}
