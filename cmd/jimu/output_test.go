package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
)

// full is a disk that takes so many more bytes.
type full struct {
	room int
	err  error
}

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.room {
		return 0, f.err
	}
	f.room -= len(p)
	return len(p), nil
}

// An answer that cannot be written is no success; a reader that has seen enough is none either way.
func TestLostOutput(t *testing.T) {
	full := func(err error, room int, line ...string) (said string, code int) {
		var e bytes.Buffer
		code = run(line, &full{room, fmt.Errorf("write /dev/stdout: %w", err)}, &e)
		return e.String(), code
	}
	for _, line := range [][]string{{"version"}, {"list", "optimizer"}, {"list", "models"}, {"--help"}, {"help", "layer", "Linear"}} {
		said, code := full(syscall.ENOSPC, 2, line...)
		if code != failed || said != "jimu: what there was to say is lost: write /dev/stdout: "+syscall.ENOSPC.Error()+"\n" {
			t.Errorf("jimu %v on a full disk: exit code %d, %q", line, code, said)
		}
		if said, code := full(syscall.EPIPE, 2, line...); strings.Contains(said, "lost") {
			t.Errorf("jimu %v to a reader that is gone: exit code %d, %q", line, code, said)
		}
	}
	if said, code := full(errors.New("full"), 1<<20, "version"); code != 0 || said != "" {
		t.Errorf("exit code %d, %q", code, said)
	}
}
