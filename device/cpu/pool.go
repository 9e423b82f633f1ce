package cpu

import (
	"math/bits"
	"runtime"
	"sync"
	"unsafe"

	"github.com/jimu-ml/jimu/device"
)

// Sizes come in classes, four to each power of two and multiples of the alignment, so that at most a fifth of a large
// buffer is lost: 64, 128, 192, 256, 320, 384, 448, 512, 640 and so on.
const (
	alignment = 64
	classes   = 4 * 40

	// counted is the size from which on the bytes of buffers are counted. To learn that the garbage collector has found
	// one costs more than making one that is smaller.
	counted = 32 << 10

	// most is how many smaller buffers of one class are kept.
	most = 1024

	// slack is how many idle bytes the pool may always hold.
	slack = 4 << 20
)

// classOf returns the class of buffers for size bytes, and the size that they have.
func classOf(size int) (class, bytes int) {
	units := (size + alignment - 1) / alignment
	if units <= 4 {
		units = max(units, 1)
		return units - 1, units * alignment
	}
	shift := bits.Len(uint(units-1)) - 3 // units−1 = 4…7 << shift and less
	step := (units-1)>>shift + 1         // 5…8
	return 4*shift + step - 1, step << shift * alignment
}

var pool buffers

// buffers keeps idle memory by class. Idle and live memory together stay below twice the largest amount that was
// live at once, but for a few MB.
type buffers struct {
	mu    sync.Mutex
	idle  [classes]shelf
	ticks uint64
	stats Statistics
}

// A shelf holds the idle buffers of one class.
type shelf struct {
	buffers []*Buffer
	used    uint64 // when, in ticks
}

// Statistics tells how memory is used. Bytes are those of whole buffers, of 32 KiB and more.
type Statistics struct {
	Live, Idle, Peak int    // bytes handed out now, kept for later, and handed out at most
	Hits, Misses     uint64 // allocations from idle memory, and from the Go heap
}

// Stats returns the statistics of [Device]'s memory.
func Stats() Statistics {
	pool.mu.Lock()
	defer pool.mu.Unlock()
	return pool.stats
}

// take returns a buffer of at least size bytes.
func (p *buffers) take(size int) *Buffer {
	class, bytes := classOf(size)
	p.mu.Lock()
	if bytes >= counted {
		p.stats.Live += bytes
		p.stats.Peak = max(p.stats.Peak, p.stats.Live)
	}
	s := &p.idle[class]
	p.ticks++
	s.used = p.ticks
	if b := s.pop(); b != nil {
		b.idle = false
		if bytes >= counted {
			p.stats.Idle -= bytes
		}
		p.stats.Hits++
		p.mu.Unlock()
		return b
	}
	p.stats.Misses++
	p.evict()
	p.mu.Unlock()
	return fresh(class, aligned(bytes))
}

// pop returns a buffer of the shelf, or nil if there is none.
func (s *shelf) pop() *Buffer {
	last := len(s.buffers) - 1
	if last < 0 {
		return nil
	}
	b := s.buffers[last]
	s.buffers[last] = nil
	s.buffers = s.buffers[:last]
	return b
}

// put makes a buffer idle.
func (p *buffers) put(b *Buffer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if b.idle {
		panic(device.BufferError("Free: this buffer has been given back before"))
	}
	b.idle = true
	if b.keeps.Load() != nil {
		b.keeps.Store(nil)
	}
	s := &p.idle[b.class]
	p.ticks++
	s.used = p.ticks
	switch {
	case len(b.bytes) >= counted:
		p.stats.Live -= len(b.bytes)
		p.stats.Idle += len(b.bytes)
		s.buffers = append(s.buffers, b)
		p.evict()
	case len(s.buffers) < most:
		s.buffers = append(s.buffers, b)
	}
}

// evict drops idle buffers, of the classes that were longest not used, until the bound holds.
func (p *buffers) evict() {
	for p.stats.Idle > slack && p.stats.Live+p.stats.Idle > 2*p.stats.Peak {
		oldest := -1
		for c := range p.idle {
			s := &p.idle[c]
			if len(s.buffers) > 0 && len(s.buffers[0].bytes) >= counted && (oldest < 0 || s.used < p.idle[oldest].used) {
				oldest = c
			}
		}
		b := p.idle[oldest].pop()
		p.stats.Idle -= len(b.bytes)
		b.cleanup.Stop()
	}
}

// fresh returns a buffer of a class over memory that is its own. Its memory is not used again when the garbage collector
// finds the buffer, only when it is given back: somebody may still hold the slice.
func fresh(class int, bytes []byte) *Buffer {
	b := &Buffer{bytes: bytes, class: class}
	if len(bytes) >= counted {
		b.cleanup = runtime.AddCleanup(b, func(n int) {
			pool.mu.Lock()
			pool.stats.Live -= n
			pool.mu.Unlock()
		}, len(bytes))
	}
	return b
}

// large asks the system for large pages for memory that has not been used yet, where it has such: a walk through weights
// that lie in no cache then waits for memory alone, and not for the tables of its pages as well.
var large = func([]byte) {}

// aligned returns n bytes that begin at a multiple of the alignment. The Go heap gives such sizes so aligned; if ever
// it does not, a part of a longer slice is.
func aligned(n int) []byte {
	b := make([]byte, n)
	if at(b)%alignment == 0 {
		large(b)
		return b
	}
	b = make([]byte, n+alignment)
	skip := int(-at(b) % alignment)
	return b[skip : skip+n : skip+n]
}

func at(b []byte) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(b))) }
