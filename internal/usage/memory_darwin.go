package usage

import "syscall"

// Memory returns how much memory the machine has, in bytes; 0 if the system does not say.
func Memory() int64 {
	s, err := syscall.Sysctl("hw.memsize") // a number of eight bytes, the least first, of which a last 0 is taken for the end of a text
	if err != nil || len(s) > 8 {
		return 0
	}
	var n int64
	for i := range len(s) {
		n |= int64(s[i]) << (8 * i)
	}
	return n
}
