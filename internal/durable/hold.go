package durable

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// A HeldError says that another process holds a folder.
type HeldError struct {
	Process int // 0 if it has not said which
}

// Error names the process.
func (e *HeldError) Error() string { return "held by " + e.Who() }

// Who names the process.
func (e *HeldError) Who() string {
	if e.Process == 0 {
		return "another process"
	}
	return fmt.Sprintf("process %d", e.Process)
}

// lockName is the file by which a folder is held. It stays when it is not.
const lockName = ".lock"

// errHeld is the answer of [lock] if another has the lock.
var errHeld = errors.New("held")

// Hold keeps others from holding a folder, until it is let go or the process ends, in whatever way: the lock is the system's, so a
// kill leaves none behind. If another process has it, the error is a [HeldError]. Where the system or the disk knows no
// locks, everybody may hold it.
func Hold(dir string) (letGo func(), err error) {
	path := filepath.Join(dir, lockName)
	f, err := lock(path)
	switch {
	case errors.Is(err, errHeld):
		return nil, &HeldError{holder(path)}
	case err != nil:
		return nil, err
	case f == nil:
		return func() {}, nil
	}
	_, _ = f.WriteAt(fmt.Appendf(nil, "%-20d\n", os.Getpid()), 0) // on a full disk the folder is held without a name
	return func() { _ = f.Close() }, nil                          // which lets go, whatever else it says
}

// holder returns the number of the process that has said it holds a folder.
func holder(path string) int {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0
	}
	return n
}
