package parallel

import (
	"runtime"
	"sync/atomic"
	"time"
)

// spin is how long a worker without work waits before it sleeps.
const spin = 500 * time.Microsecond

// A pool is the workers and what they are working on.
type pool struct {
	busy    atomic.Bool         // whether a goroutine has the workers
	current atomic.Pointer[job] // the newest job; done or not
	members []*worker           // only whoever set busy may change it
}

var workers pool

// A worker is a goroutine that takes blocks of the newest job.
type worker struct {
	pool   *pool
	seen   *job
	asleep atomic.Bool
	wake   chan struct{}
}

// A job is one call of For.
type job struct {
	fn       func(lo, hi int)
	n, grain int
	blocks   int64
	helpers  atomic.Int64 // how many more workers may join

	_      [64]byte // what follows is written by all
	next   atomic.Int64
	_      [56]byte
	done   atomic.Int64
	failed atomic.Pointer[failure]
}

// A failure is a panic within fn.
type failure struct{ value any }

// run runs fn on the workers and the caller. It returns false, without having called fn, if the workers are taken.
func (p *pool) run(n, grain, blocks int, fn func(lo, hi int)) bool {
	if p.busy.Load() || !p.busy.CompareAndSwap(false, true) {
		return false
	}
	helpers := min(Threads(), blocks) - 1
	j := &job{fn: fn, n: n, grain: grain, blocks: int64(blocks)}
	j.helpers.Store(int64(helpers))
	defer p.finish(j) // also when fn ends this goroutine
	for len(p.members) < helpers {
		w := &worker{pool: p, seen: p.current.Load(), wake: make(chan struct{}, 1)}
		p.members = append(p.members, w)
		go w.loop()
	}
	p.current.Store(j)
	for _, w := range p.members[:helpers] {
		if w.asleep.Load() && w.asleep.CompareAndSwap(true, false) {
			w.wake <- struct{}{}
		}
	}
	j.work()
	return true
}

// finish waits for the blocks that others have begun, gives the workers back, and passes a panic on.
func (p *pool) finish(j *job) {
	// From here on nobody begins another block. All have begun, unless fn has ended this goroutine.
	begun := min(j.next.Add(j.blocks)-j.blocks, j.blocks)
	for i := 1; j.done.Load() < begun; i++ {
		pause()
		if i%64 == 0 {
			runtime.Gosched()
		}
	}
	j.fn = nil // a worker that comes late must not keep alive what fn holds
	p.busy.Store(false)
	if f := j.failed.Load(); f != nil {
		panic(f.value)
	}
}

// work takes blocks until there are none.
func (j *job) work() {
	for {
		i := j.next.Add(1) - 1
		if i >= j.blocks {
			return
		}
		j.block(int(i))
	}
}

// block runs block i, and notes if it panics.
func (j *job) block(i int) {
	defer func() {
		if v := recover(); v != nil {
			j.failed.CompareAndSwap(nil, &failure{v})
		}
		j.done.Add(1)
	}()
	if j.failed.Load() == nil {
		j.fn(Block(j.n, j.grain, i))
	}
}

// loop is the life of a worker.
func (w *worker) loop() {
	defer func() { go w.loop() }() // only when fn ended this goroutine, as a test's FailNow does
	for {
		j := w.await()
		w.seen = j
		if j.helpers.Add(-1) >= 0 {
			j.work()
		}
	}
}

// await returns the newest job when there is one that the worker has not seen.
func (w *worker) await() *job {
	for {
		start := time.Now()
		for i := 1; ; i++ {
			if j := w.pool.current.Load(); j != w.seen {
				return j
			}
			pause()
			if i%64 != 0 {
				continue
			}
			runtime.Gosched() // lets others run, and the collector stop us
			if time.Since(start) > spin {
				break
			}
		}
		w.asleep.Store(true)
		if w.pool.current.Load() == w.seen || !w.asleep.CompareAndSwap(true, false) {
			<-w.wake
		}
	}
}
