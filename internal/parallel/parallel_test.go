package parallel

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestBlocksCoverTheRange(t *testing.T) {
	for n := -1; n < 50; n++ {
		for grain := -1; grain < 55; grain++ {
			at := 0
			for i := range Blocks(n, grain) {
				lo, hi := Block(n, grain, i)
				if lo != at || hi <= lo || hi-lo > max(grain, 1) {
					t.Fatalf("n %d, grain %d: block %d is [%d, %d) after %d", n, grain, i, lo, hi, at)
				}
				at = hi
			}
			if at != max(n, 0) {
				t.Fatalf("n %d, grain %d: the blocks end at %d", n, grain, at)
			}
		}
	}
	const huge = int(^uint(0) >> 1)
	if lo, hi := Block(huge, huge-1, Blocks(huge, huge-1)-1); lo != huge-1 || hi != huge {
		t.Errorf("the last block of a huge range is [%d, %d)", lo, hi)
	}
}

// withThreads runs f with several numbers of threads.
func withThreads(t *testing.T, f func(t *testing.T)) {
	defer SetThreads(0)
	for _, n := range []int{1, 2, 5} {
		SetThreads(n)
		t.Run(fmt.Sprint(n, "threads"), f)
	}
}

func TestForCallsEveryBlockOnce(t *testing.T) {
	withThreads(t, func(t *testing.T) {
		for _, n := range []int{0, 1, 2, 3, 7, 64, 1000} {
			for _, grain := range []int{1, 3, 64, 2000} {
				calls := make([]atomic.Int32, n)
				For(n, grain, func(lo, hi int) {
					if lo%grain != 0 || hi != min(lo+grain, n) {
						t.Errorf("n %d, grain %d: [%d, %d) is not a block", n, grain, lo, hi)
					}
					for i := lo; i < hi; i++ {
						calls[i].Add(1)
					}
				})
				for i := range calls {
					if c := calls[i].Load(); c != 1 {
						t.Fatalf("n %d, grain %d: %d was called %d times", n, grain, i, c)
					}
				}
			}
		}
	})
}

func TestResultsOfBlocksDoNotDependOnThreads(t *testing.T) {
	x := make([]float32, 10000)
	for i := range x {
		x[i] = 1 / float32(i+1)
	}
	var sums []float32
	withThreads(t, func(t *testing.T) {
		part := make([]float32, Blocks(len(x), 300))
		For(len(x), 300, func(lo, hi int) {
			for _, v := range x[lo:hi] {
				part[lo/300] += v
			}
		})
		sum := float32(0)
		for _, p := range part {
			sum += p
		}
		sums = append(sums, sum)
	})
	if len(slices.Compact(sums)) != 1 {
		t.Errorf("different sums: %v", sums)
	}
}

func TestNestedFor(t *testing.T) {
	withThreads(t, func(t *testing.T) {
		var sum atomic.Int64
		For(20, 1, func(lo, hi int) {
			For(30, 4, func(lo, hi int) {
				For(2, 1, func(int, int) { sum.Add(int64(hi - lo)) })
			})
		})
		if sum.Load() != 20*30*2 {
			t.Errorf("%d calls, want %d", sum.Load(), 20*30*2)
		}
	})
}

func TestForFromManyGoroutines(t *testing.T) {
	withThreads(t, func(t *testing.T) {
		var wg sync.WaitGroup
		for g := range 8 {
			wg.Go(func() {
				for i := range 200 {
					var sum atomic.Int64
					For(100, 7, func(lo, hi int) { sum.Add(int64(hi - lo)) })
					if sum.Load() != 100 {
						t.Errorf("goroutine %d, run %d: %d of 100", g, i, sum.Load())
					}
				}
			})
		}
		wg.Wait()
	})
}

func TestForAfterSleep(t *testing.T) {
	SetThreads(3)
	defer SetThreads(0)
	for range 20 {
		var sum atomic.Int64
		For(100, 1, func(lo, hi int) { sum.Add(1) })
		if sum.Load() != 100 {
			t.Fatalf("%d of 100", sum.Load())
		}
		time.Sleep(3 * spin) // the workers fall asleep
	}
}

func TestPanicReachesTheCaller(t *testing.T) {
	withThreads(t, func(t *testing.T) {
		for at := range 10 {
			func() {
				defer func() {
					if v := recover(); v != at {
						t.Errorf("recovered %v, want %d", v, at)
					}
				}()
				For(10, 1, func(lo, hi int) {
					if lo == at {
						panic(at)
					}
				})
				t.Error("For returned")
			}()
		}
		var sum atomic.Int64
		For(10, 1, func(lo, hi int) { sum.Add(1) })
		if sum.Load() != 10 {
			t.Errorf("after the panics, %d of 10", sum.Load())
		}
	})
}

func TestGoexitInABlock(t *testing.T) {
	SetThreads(4)
	defer SetThreads(0)
	for range 50 {
		var wg sync.WaitGroup
		wg.Go(func() {
			For(16, 1, func(lo, hi int) {
				if lo%5 == 0 {
					runtime.Goexit()
				}
			})
		})
		wg.Wait()
	}
	var sum atomic.Int64
	For(100, 1, func(lo, hi int) { sum.Add(1) })
	if sum.Load() != 100 {
		t.Errorf("%d of 100", sum.Load())
	}
}

func TestWorkIsShared(t *testing.T) {
	if runtime.GOMAXPROCS(0) < 2 {
		t.Skip("one processor")
	}
	SetThreads(2)
	defer SetThreads(0)
	// Two blocks that wait for each other end only if two goroutines run them.
	var begun atomic.Int32
	deadline := time.Now().Add(10 * time.Second)
	For(2, 1, func(int, int) {
		begun.Add(1)
		for begun.Load() < 2 {
			if time.Now().After(deadline) {
				t.Error("no worker came")
				return
			}
			runtime.Gosched()
		}
	})
}

func BenchmarkFor(b *testing.B) {
	for _, threads := range []int{1, 2} {
		for _, work := range []int{0, 1000, 10000, 100000} {
			b.Run(fmt.Sprintf("threads %d/work %d", threads, work), func(b *testing.B) {
				SetThreads(threads)
				defer SetThreads(0)
				b.ReportAllocs()
				var sink atomic.Int64
				for b.Loop() {
					For(8, 1, func(lo, hi int) {
						x := lo
						for range work / 8 {
							x = x*3 + 1
						}
						sink.Store(int64(x))
					})
				}
			})
		}
	}
}
