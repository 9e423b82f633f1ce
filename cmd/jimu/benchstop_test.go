//go:build unix

package main

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// A measurement ends soon after it is interrupted, with the exit code of that, and so does what it started.
func TestBenchIsInterruptible(t *testing.T) {
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, flags := range [][]string{{"--rounds", "1"}, {"--rounds", "100"}, {"--profile", t.TempDir()}} {
		c := exec.Command(path, append([]string{"bench", "gemm32", "--threads", "1", "--seconds", "600"}, flags...)...)
		c.Env = append(os.Environ(), asCommand+"=1")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if err := c.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		late := time.AfterFunc(30*time.Second, func() { _ = c.Process.Signal(syscall.SIGKILL) })
		err := c.Wait()
		late.Stop()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != interrupted {
			t.Errorf("with %v: %v", flags, err)
		}
	}
}
