package usage

import "syscall"

// Memory returns how much memory the machine has, in bytes; 0 if the system does not say.
func Memory() int64 {
	var s syscall.Sysinfo_t
	if syscall.Sysinfo(&s) != nil {
		return 0
	}
	return int64(uint64(s.Totalram) * uint64(s.Unit))
}
