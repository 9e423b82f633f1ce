//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A signal saves the run and stops it; going on gives the bits of a run that was not stopped, on any number of processors.
func TestSignalThenResume(t *testing.T) {
	t.Chdir(t.TempDir())
	line := []string{"train", "spam", "--json", "--epochs", "5", "--threads"}
	want := digest(t, well(t, append(line, "1", "--out", "whole")...))
	t.Cleanup(func() { useThreads(2) })
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		dir := "stopped" + signal.String()
		go func() {
			for { // until the first checkpoint is there
				if all, _ := filepath.Glob(filepath.Join(dir, "checkpoints", "0*")); len(all) > 0 {
					_ = syscall.Kill(os.Getpid(), signal)
					return
				}
				time.Sleep(5 * time.Millisecond)
			}
		}()
		out, errors, code := jimu(t, append(line, "2", "--out", dir)...)
		if code != interrupted || out != "" || !strings.Contains(errors, "saved after step") || !strings.Contains(errors, "--resume --out "+dir) {
			t.Fatalf("exit code %d, %q\n%s", code, out, errors)
		}
		if got := digest(t, well(t, "train", "--resume", "--json", "--out", dir)); got != want {
			t.Errorf("after %v the weights are %s, not %s", signal, got, want)
		}
	}
}
