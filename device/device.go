package device

import "unsafe"

// A Device holds tensors and runs primitive operations on them, in the order of the calls.
//
// It is safe for use by several goroutines, each with its own tensors.
type Device interface {
	// Name names the device, for messages: "cpu", "cuda:0".
	Name() string

	// Alloc returns memory for n elements of type t, with any content.
	Alloc(t DType, n int) Buffer

	// Run runs a call, or returns false if it has no such operation for such views. The call and its views
	// are the caller's again when Run returns: a device that runs later copies them.
	Run(c *Call) bool

	// Sync waits for the calls so far, and reports the first that failed.
	Sync() error
}

// A Buffer is memory on one device.
type Buffer any

// A Recycler is a [Device] that takes buffers back, to hand them out again.
type Recycler interface {
	// Free gives back a buffer that no call will use any more.
	Free(b Buffer)
}

// A Chooser is a [Device] that has several ways to run some calls.
type Chooser interface {
	// Choice returns in a few words which way a call is run, or "" if there is one only.
	Choice(c *Call) string
}

// A HostBuffer is a [Buffer] in the memory of this program. Every device can [Copy] from and to views of it.
type HostBuffer interface {
	// Bytes returns the memory itself, not a copy of it.
	Bytes() []byte
}

// A Keeper is a [Buffer] whose device may keep what it makes of weights in it, as long as they are the same.
type Keeper interface {
	// Keeps reports whether it can.
	Keeps() bool
}

// Elements returns the memory of a host buffer as a slice of elements.
func Elements[T any](b HostBuffer) []T {
	bytes := b.Bytes()
	var zero T
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(bytes))), len(bytes)/int(unsafe.Sizeof(zero)))
}
