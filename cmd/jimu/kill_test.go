//go:build unix

package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jimu-ml/jimu/internal/durable"
)

var kills = flag.Int("kills", 2, "how many kills of a training run TestKillThenResume waits for")

// A run that is killed without warning, time and again, and resumed as often, ends with the bits of one that was not. It
// saves after every step, so that most kills fall into a write.
func TestKillThenResume(t *testing.T) {
	if testing.Short() {
		t.Skip("kills take a while")
	}
	t.Chdir(t.TempDir())
	line := []string{"train", "iris", "--epochs", "12", "--set", "train.save_every=1", "--json", "--out"}
	begin := time.Now()
	whole, err := killed(t, time.Hour, append(line, "whole")...)
	if err != nil {
		t.Fatal(err)
	}
	length, want := time.Since(begin), digest(t, whole)
	r := rand.New(rand.NewPCG(1, 2))
	hits, inWrites, runs := 0, 0, 0
	for ; hits < *kills; runs++ {
		if err := os.RemoveAll("run"); err != nil {
			t.Fatal(err)
		}
		out, err := killed(t, time.Duration(r.Int64N(int64(length))), append(line, "run")...)
		for err != nil {
			hits++
			if left, _ := filepath.Glob("run/checkpoints/.tmp-*"); len(left) > 0 {
				inWrites++
			}
			again := []string{"train", "--resume", "--json", "--out", "run"}
			if all, _ := filepath.Glob("run/checkpoints/0*"); len(all) == 0 { // it had not begun
				if err := os.RemoveAll("run"); err != nil {
					t.Fatal(err)
				}
				again = slices.Concat(line, []string{"run"})
			}
			out, err = killed(t, time.Duration(r.Int64N(int64(length))), again...)
		}
		if got := digest(t, out); got != want {
			t.Fatalf("run %d, after %d kills: the weights are %s, not %s", runs, hits, got, want)
		}
	}
	t.Logf("%d runs, %d kills, %d of them inside the write of a checkpoint: the weights are always those of a run without kills", runs, hits, inWrites)
}

// A run that another process trains is left to it, and is free again when that is killed.
func TestHeldByAnotherProcess(t *testing.T) {
	t.Chdir(t.TempDir())
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(path, "train", "iris", "--epochs", "1000000", "--out", "run")
	c.Env = append(os.Environ(), asCommand+"=1")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	kill := sync.OnceFunc(func() { _, _ = c.Process.Kill(), c.Wait() })
	defer kill()
	for begun := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		if all, _ := filepath.Glob("run/checkpoints/0*"); len(all) > 0 {
			break
		}
		if time.Since(begun) > time.Minute {
			t.Fatal("the run does not begin")
		}
	}
	_, said, code := jimu(t, "train", "--resume", "--out", "run")
	if want := fmt.Sprintf("run is being trained by process %d; wait for it, or give another folder by --out", c.Process.Pid); code != misused || !strings.Contains(said, want) {
		t.Errorf("exit code %d, %q; want %q", code, said, want)
	}
	kill()
	letGo, err := durable.Hold("run")
	if err != nil {
		t.Fatal(err)
	}
	letGo()
}

// killed runs the command and kills it after a while. The error says that it was killed.
func killed(t *testing.T, after time.Duration, line ...string) (out string, err error) {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	c := exec.Command(path, line...)
	c.Env = append(os.Environ(), asCommand+"=1")
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	// The time runs from here: on a busy machine a deadline may pass before there is a process to kill.
	timer := time.AfterFunc(after, func() { _ = c.Process.Kill() })
	defer timer.Stop()
	err = c.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if status, ok := exit.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
			t.Fatalf("jimu %v: %v\n%s", line, err, &stderr)
		}
	} else if err != nil {
		t.Fatal(err)
	}
	return stdout.String(), err
}
