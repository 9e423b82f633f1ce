package cpuid

import "syscall"

// allowTiles asks the system to keep the tile registers of AMX, 8 KB for each thread that uses them, and reports whether
// it will. Linux keeps them only for processes that have asked; it refuses if a thread has a signal stack that is too small
// for them, which those of Go are not.
func allowTiles() bool {
	const archReqXCompPerm, tileData = 0x1023, 18
	_, _, errno := syscall.RawSyscall(syscall.SYS_ARCH_PRCTL, archReqXCompPerm, tileData, 0)
	return errno == 0
}
