package durable

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestHold(t *testing.T) {
	if runtime.GOOS == "js" || runtime.GOOS == "wasip1" || runtime.GOOS == "plan9" {
		t.Skip("this system has no locks")
	}
	dir := t.TempDir()
	letGo, err := Hold(dir)
	if err != nil {
		t.Fatal(err)
	}
	var held *HeldError
	if _, err := Hold(dir); !errors.As(err, &held) || held.Process != os.Getpid() {
		t.Errorf("of a folder that is held the error is %v, want that process %d has it", err, os.Getpid())
	}
	letGo()
	again, err := Hold(dir)
	if err != nil {
		t.Fatalf("a folder that was let go is still held: %v", err)
	}
	again()
	if _, err := Hold(filepath.Join(dir, "none")); err == nil || errors.As(err, &held) {
		t.Errorf("of a folder that is not there the error is %v", err)
	}
}
