// Package parallel splits a range over the processors, in blocks whose borders do not depend on how many there are.
//
// A result that is put together from the results of blocks, such as a sum, is therefore the same to the bit on one
// processor and on a hundred.
//
// The workers are started when they are first needed. Each waits for about half a millisecond for more work before
// it sleeps, because waking a thread takes longer than most kernels run. A run never waits for a worker that sleeps
// or is late, only for blocks that a worker has begun; in the worst case the caller does everything itself.
package parallel

import (
	"runtime"
	"sync/atomic"
)

var threads atomic.Int32

func init() { SetThreads(0) }

// Threads returns how many goroutines a call of [For] may use, the caller among them.
func Threads() int { return int(threads.Load()) }

// SetThreads sets how many goroutines a call of [For] may use, the caller among them; with n ≤ 0 as many as there
// are processors for Go (GOMAXPROCS).
func SetThreads(n int) {
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	threads.Store(int32(n))
}

// For calls fn for every block [lo, hi) of the range [0, n), and returns when all calls have returned. A block is
// grain long, the last one perhaps shorter; a grain below 1 is 1. Blocks may run in any order and at the same time.
//
// Within fn, and while another goroutine's For is using the workers, For runs the blocks one after another in the
// calling goroutine. If fn panics, the blocks that have not begun are left out, and For panics with the value of
// the first panic.
func For(n, grain int, fn func(lo, hi int)) {
	grain = max(grain, 1)
	blocks := Blocks(n, grain)
	if blocks <= 1 || Threads() <= 1 || !workers.run(n, grain, blocks, fn) {
		for i := range blocks {
			fn(Block(n, grain, i))
		}
	}
}

// Blocks returns the number of blocks that [For] splits the range [0, n) into.
func Blocks(n, grain int) int {
	grain = max(grain, 1)
	if n <= 0 {
		return 0
	}
	return (n-1)/grain + 1
}

// Block returns the borders of block i.
func Block(n, grain, i int) (lo, hi int) {
	grain = max(grain, 1)
	lo = i * grain
	return lo, lo + min(grain, n-lo)
}
