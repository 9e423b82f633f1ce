package cpu

import (
	"runtime"
	"sync/atomic"
	"unsafe"

	"github.com/jimu-ml/jimu/device"
)

// A Buffer is memory of this program: from the pool of [Device], or over a slice with [Of].
type Buffer struct {
	bytes   []byte // of the whole class, or the slice
	class   int    // in the pool, or foreign
	idle    bool   // in the pool, under its mutex
	cleanup runtime.Cleanup
	keeps   atomic.Pointer[keeps] // what has been made of the elements, see kept.go
}

const foreign = -1

// Keeps reports whether what is made of the buffer's elements as weights can be kept: not of memory that others write to
// unseen.
func (b *Buffer) Keeps() bool { return b.class != foreign }

// Bytes returns the memory itself, not a copy of it. It may be longer than what was asked for. Who writes into it, and
// runs calls that read it, calls Bytes again before the next time of writing: the device may have kept what it made of
// the elements.
func (b *Buffer) Bytes() []byte {
	b.written()
	return b.bytes
}

// Of returns a buffer over data, which it does not copy.
func Of[T any](data []T) *Buffer {
	var zero T
	n := len(data) * int(unsafe.Sizeof(zero))
	return &Buffer{bytes: unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(data))), n), class: foreign}
}

// Alloc returns memory for n elements of type t, with any content, aligned to 64 bytes.
func (processor) Alloc(t device.DType, n int) device.Buffer {
	b := pool.take(n * t.Bytes())
	if debug.Load() {
		scramble(b.bytes)
	}
	return b
}

// Free gives back a buffer of Alloc that no call will use any more. It panics with a [device.BufferError] if the
// buffer has been given back before. Buffers over slices of others it leaves alone.
func (processor) Free(buffer device.Buffer) {
	b, ok := buffer.(*Buffer)
	if !ok {
		panic(device.BufferError("Free: not a buffer of the cpu"))
	}
	if b.class == foreign {
		return
	}
	if debug.Load() {
		scramble(b.bytes)
	}
	pool.put(b)
}

var debug atomic.Bool

// Debug switches a mode in which memory is filled with NaN (all bits 1) as it is allocated and as it is given back, so
// that a use before or after its time shows.
func Debug(on bool) { debug.Store(on) }

func scramble(b []byte) {
	for i := range b {
		b[i] = 0xFF
	}
}

// memory returns the buffer of a view as elements.
func memory[T any](v *device.View) []T {
	var bytes []byte
	if b, ok := v.Buffer.(*Buffer); ok {
		bytes = b.bytes
	} else {
		bytes = v.Buffer.(device.HostBuffer).Bytes()
	}
	var zero T
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(bytes))), len(bytes)/int(unsafe.Sizeof(zero)))
}
