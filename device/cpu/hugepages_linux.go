package cpu

import "syscall"

func init() { large = largePages }

// largePages asks for pages of 2 MB for the part of b that can have them. It is a wish: a kernel without them says no.
func largePages(b []byte) {
	const page = 2 << 20
	skip := int(-at(b) % page)
	if n := (len(b) - skip) / page * page; n > 0 {
		_ = syscall.Madvise(b[skip:skip+n], syscall.MADV_HUGEPAGE)
	}
}
