// Package trace wraps a device: it times the calls, counts flops and bytes, and finds the first NaN.
package trace

import (
	"sync"
	"time"

	"github.com/jimu-ml/jimu/device"
)

// Config says what a traced device does beside counting.
type Config struct {
	// NonFinite makes every output be read and checked. The first call that makes a NaN or an infinity of numbers
	// is what Sync reports from then on, as a [*NonFiniteError].
	NonFinite bool

	// Wait makes every call be waited for, so that times are those of the work also where calls are queued.
	Wait bool

	// Events is how many of the last calls are kept for Events. By default it is 0.
	Events int
}

// A Device runs the calls of another and keeps account of them.
type Device struct {
	inner  device.Device
	config Config
	begin  time.Time

	mu     sync.Mutex
	calls  int
	costs  [device.Ops]Cost
	events []Event                  // a ring
	params map[device.Buffer]string // the layers of parameters
	made   map[device.Buffer]maker
	failed *NonFiniteError
}

// A Cost is what the calls of one operation took together.
type Cost struct {
	Op           device.Op
	Calls        int
	Refused      int // calls that the device had no code for
	Time         time.Duration
	FLOPs, Bytes int
}

// An Event is one call.
type Event struct {
	Op           device.Op
	Number       int           // of the call, from 0
	Start        time.Duration // since the trace began
	Time         time.Duration
	Output       device.View // shape and type of the first output, without its buffer
	Inputs       [][]int     // shapes, nil for an input that is absent
	Layer        string      // that it belongs to, if parameters are labelled and one can tell
	Choice       string      // how the call was run, where the device is a [device.Chooser] with several ways
	FLOPs, Bytes int
}

// New returns a device that runs calls on d.
func New(d device.Device, c Config) *Device {
	return &Device{inner: d, config: c, begin: time.Now()}
}

// Name returns the name of the traced device: messages are about that one.
func (d *Device) Name() string { return d.inner.Name() }

// Alloc returns memory of the traced device.
func (d *Device) Alloc(t device.DType, n int) device.Buffer { return d.inner.Alloc(t, n) }

// Free gives memory back, if the traced device takes it.
func (d *Device) Free(b device.Buffer) {
	if r, ok := d.inner.(device.Recycler); ok {
		r.Free(b)
	}
}

// Run runs a call and keeps account of it.
func (d *Device) Run(c *device.Call) bool {
	start := time.Now()
	ok := d.inner.Run(c)
	if ok && d.config.Wait {
		_ = d.inner.Sync() // it is sticky: Sync of this device will return it
	}
	e := Event{Op: c.Op, Time: time.Since(start)}
	if ok {
		e.FLOPs, e.Bytes = c.FLOPs(), c.Bytes()
		e.Output = *c.Out[0]
		e.Output.Buffer = nil
		if d.config.Events > 0 {
			e.Inputs = shapes(c.In)
			if inner, ok := d.inner.(device.Chooser); ok {
				e.Choice = inner.Choice(c)
			}
		}
	}
	number := d.count(c, e, start, ok)
	if ok && d.config.NonFinite {
		d.check(c, number)
	}
	return ok
}

// count adds an event to the account and returns its number.
func (d *Device) count(c *device.Call, e Event, start time.Time, ok bool) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	cost := &d.costs[e.Op]
	if !ok {
		cost.Refused++
		return d.calls
	}
	cost.Calls++
	cost.Time += e.Time
	cost.FLOPs += e.FLOPs
	cost.Bytes += e.Bytes
	e.Number, e.Start = d.calls, start.Sub(d.begin)
	e.Layer = d.attribute(c, e.Number)
	d.calls++
	switch {
	case len(d.events) < d.config.Events:
		d.events = append(d.events, e)
	case d.config.Events > 0:
		d.events[e.Number%d.config.Events] = e
	}
	return e.Number
}

// shapes returns the shapes of views.
func shapes(views []*device.View) [][]int {
	all := make([][]int, len(views))
	for i, v := range views {
		if v != nil {
			all[i] = append([]int{}, v.Dims()...)
		}
	}
	return all
}

// Reset forgets costs and events, and counts time and calls from now. Labels stay.
func (d *Device) Reset() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.begin, d.calls, d.events = time.Now(), 0, nil
	d.costs = [device.Ops]Cost{}
	clear(d.made)
}

// Sync waits for the calls so far. It reports what went wrong on the device, else the first call that made a number
// not finite.
func (d *Device) Sync() error {
	if err := d.inner.Sync(); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.failed != nil {
		return d.failed
	}
	return nil
}
