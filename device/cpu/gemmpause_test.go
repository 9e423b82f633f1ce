package cpu

import (
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jimu-ml/jimu/internal/parallel"
)

// A goroutine in assembly cannot be stopped; matrix products must still let the world be stopped soon.
func TestSgemmLetsTheWorldStop(t *testing.T) {
	if parallel.Threads() < 2 {
		t.Skip("one processor")
	}
	r := rand.New(rand.NewPCG(1, 2))
	a, b, c := randomMatrix(r, 512, 512, rowMajor), randomMatrix(r, 512, 512, rowMajor), randomMatrix(r, 512, 512, rowMajor)
	var stop atomic.Bool
	done := make(chan struct{})
	go func() {
		for !stop.Load() {
			sgemm(c, a, b, epilogue{})
		}
		close(done)
	}()
	var best time.Duration = time.Hour
	for range 20 {
		time.Sleep(time.Millisecond)
		start := time.Now()
		var m runtime.MemStats
		runtime.ReadMemStats(&m) // stops the world
		best = min(best, time.Since(start))
	}
	stop.Store(true)
	<-done
	if best > 20*time.Millisecond {
		t.Errorf("stopping the world takes %v and more", best)
	}
}
