// Package meta is a device without elements: shapes, counts, costs.
//
// Running a model on it checks the model's shapes, and counts its work, in microseconds.
package meta

import (
	"sync/atomic"

	"github.com/jimu-ml/jimu/device"
)

// A Device accepts every call, computes nothing, and counts.
type Device struct{ calls, flops, bytes atomic.Int64 }

// New returns a device with counts of zero.
func New() *Device { return &Device{} }

// Name returns "meta".
func (*Device) Name() string { return "meta" }

// Alloc returns a buffer without memory.
func (*Device) Alloc(device.DType, int) device.Buffer { return nothing{} }

type nothing struct{}

// Sync returns nil: nothing can fail.
func (*Device) Sync() error { return nil }

// Run counts the call.
func (d *Device) Run(c *device.Call) bool {
	d.calls.Add(1)
	d.flops.Add(int64(c.FLOPs()))
	d.bytes.Add(int64(c.Bytes()))
	return true
}

// Calls returns how many calls were run.
func (d *Device) Calls() int { return int(d.calls.Load()) }

// FLOPs returns the floating-point operations of the calls: two for a multiply-add, one for anything else.
func (d *Device) FLOPs() int { return int(d.flops.Load()) }

// Bytes returns the bytes that the calls would read and write.
func (d *Device) Bytes() int { return int(d.bytes.Load()) }
