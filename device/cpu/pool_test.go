package cpu_test

import (
	"math"
	"runtime"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
)

func alloc(n int) *cpu.Buffer { return cpu.Device.Alloc(device.Uint8, n).(*cpu.Buffer) }

func free(b *cpu.Buffer) { cpu.Device.(device.Recycler).Free(b) }

func TestAllocAligned(t *testing.T) {
	for n := range 5000 {
		b := alloc(n)
		if len(b.Bytes()) < n || len(b.Bytes()) > max(64, n+n/4+64) {
			t.Errorf("%d bytes got %d", n, len(b.Bytes()))
		}
		if uintptr(unsafe.Pointer(unsafe.SliceData(b.Bytes())))%64 != 0 {
			t.Errorf("%d bytes are not aligned", n)
		}
		if n%3 == 0 {
			free(b)
		}
	}
}

func TestFreeGivesAgain(t *testing.T) {
	b := alloc(1000)
	free(b)
	if c := alloc(990); b != c {
		t.Error("a buffer that was given back is not handed out again")
	}
	free(b)
	defer func() {
		if _, ok := recover().(device.BufferError); !ok {
			t.Error("a buffer can be given back twice")
		}
	}()
	free(b)
}

func TestIdleIsBounded(t *testing.T) {
	var all []*cpu.Buffer
	for size := 1 << 16; size < 1<<22; size += size / 3 { // one size after the other
		for range (16 << 20) / size {
			all = append(all, alloc(size))
		}
		for _, b := range all {
			free(b)
		}
		all = all[:0]
		if s := cpu.Stats(); s.Idle > 4<<20 && s.Live+s.Idle > 2*s.Peak+4<<20 {
			t.Fatalf("%+v after buffers of %d", s, size)
		}
	}
}

func TestForgottenIsNotLive(t *testing.T) {
	before := cpu.Stats().Live
	for range 10 {
		alloc(1 << 20)
	}
	for range 100 {
		runtime.GC()
		time.Sleep(time.Millisecond)
		if cpu.Stats().Live <= before {
			return
		}
	}
	t.Errorf("live is %d, and was %d", cpu.Stats().Live, before)
}

func TestDebug(t *testing.T) {
	cpu.Debug(true)
	defer cpu.Debug(false)
	b := alloc(400)
	x := device.Elements[float32](b)
	if !math.IsNaN(float64(x[7])) {
		t.Error("new memory is not NaN")
	}
	x[7] = 1
	free(b)
	if !math.IsNaN(float64(x[7])) {
		t.Error("freed memory is not NaN")
	}
}

func TestOf(t *testing.T) {
	data := []float32{1, 2, 3}
	b := cpu.Of(data)
	device.Elements[float32](b)[1] = 5
	if data[1] != 5 || len(b.Bytes()) != 12 {
		t.Error("a buffer over a slice is not the slice")
	}
	free(b)
	if len(cpu.Of([]int64{}).Bytes()) != 0 {
		t.Error("a buffer over nothing is not empty")
	}
}

func TestAllocConcurrent(t *testing.T) {
	var wait sync.WaitGroup
	for g := range 4 {
		wait.Go(func() {
			for i := range 2000 {
				b := alloc(64 * (1 + i%50))
				b.Bytes()[0] = byte(g)
				if b.Bytes()[0] != byte(g) {
					t.Error("two goroutines have the same buffer")
				}
				free(b)
			}
		})
	}
	wait.Wait()
}
