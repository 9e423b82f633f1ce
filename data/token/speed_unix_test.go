//go:build unix

package token

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestSpeed compares tokens per second of processor time with the reference, in turns, and reports medians. It needs JIMU_REFERENCE, and
// JIMU_PYTHON for a Python with tokenizers.
func TestSpeed(t *testing.T) {
	folder, python := reference(t), os.Getenv("JIMU_PYTHON")
	if python == "" {
		t.Skip("JIMU_PYTHON names no Python with tokenizers")
	}
	lines := corpus(t, folder)
	rounds := 5
	if testing.Short() {
		rounds = 1
	}
	for _, name := range []string{"gpt2", "roberta", "bert-en", "bert-zh", "llama2", "llama3", "qwen2", "o200k", "deepseek", "t5"} {
		var ours, theirs [2][]float64 // Encode, and ids alone
		for range rounds {
			tok, err := Open(filepath.Join(folder, name+".json")) // with an empty cache, as the reference's
			if err != nil {
				t.Fatal(err)
			}
			for kind := range ours {
				begun := processor(t)
				n := 0
				for _, s := range lines {
					n += count(t, tok, s, kind == 1)
				}
				ours[kind] = append(ours[kind], float64(n)/(processor(t)-begun).Seconds())
			}
			out, err := exec.Command(python, "../../_golden/tokens.py", "--speed", folder, "--names", name).Output()
			if err != nil {
				t.Fatal(err)
			}
			for kind, f := range strings.Fields(string(out)) {
				x, err := strconv.ParseFloat(f, 64)
				if err != nil {
					t.Fatal(err)
				}
				theirs[kind] = append(theirs[kind], x)
			}
		}
		for kind, what := range []string{"encode", "ids"} {
			a, b := median(ours[kind]), median(theirs[kind])
			t.Logf("%-9s %-6s %9.0f tokens/s, reference %9.0f: %.1f times", name, what, a, b, a/b)
			if a < b {
				t.Errorf("%s, %s: slower than the reference", name, what)
			}
		}
	}
}

func count(t *testing.T, tok *Tokenizer, s string, only bool) int {
	if only {
		ids, err := tok.IDs(s)
		if err != nil {
			t.Fatal(err)
		}
		return len(ids)
	}
	e, err := tok.Encode(s)
	if err != nil {
		t.Fatal(err)
	}
	return e.Len()
}

// processor returns the time that this process has had of all processors, the collector's included.
func processor(t *testing.T) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}
