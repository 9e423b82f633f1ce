package usage

import (
	"runtime"
	"testing"
)

var sink []byte

// The machine has more memory than the process has used of it.
func TestMemory(t *testing.T) {
	if m := Memory(); m == 0 && (runtime.GOOS == "linux" || runtime.GOOS == "darwin") || m > 0 && m < Peak() {
		t.Errorf("the machine has %d bytes, and the process used %d", m, Peak())
	}
}

func TestUsageGrows(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("processors' time is not measured on this system")
	}
	before, peak := CPU(), Peak()
	x := uint64(1)
	for range 200_000_000 {
		x = x*6364136223846793005 + 1
	}
	sink = make([]byte, 64<<20)
	for i := 0; i < len(sink); i += 4096 {
		sink[i] = byte(x)
	}
	if after := CPU(); after <= before || after > before+60 {
		t.Errorf("a busy loop took from %v to %v s", before, after)
	}
	if after := Peak(); after < peak || after < 64<<20 {
		t.Errorf("the peak is %d bytes after %d and 64 MB more", after, peak)
	}
}
