//go:build unix

package kernel

import (
	"os"
	"syscall"
	"testing"
	"unsafe"
)

// edge returns memory for n values whose end is the end of a page that is followed by one that faults.
func edge[T any](t testing.TB, n int) []T {
	t.Helper()
	var zero T
	page, size := os.Getpagesize(), n*int(unsafe.Sizeof(zero))
	pages := (size + page - 1) / page * page
	m, err := syscall.Mmap(-1, 0, pages+page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Skip("no memory map: ", err)
	}
	t.Cleanup(func() { syscall.Munmap(m) })
	if err := syscall.Mprotect(m[pages:], syscall.PROT_NONE); err != nil {
		t.Skip("no protection: ", err)
	}
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&m[pages-size])), n)
}
