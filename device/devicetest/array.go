package devicetest

import (
	"fmt"
	"math"
	"strings"
	"unsafe"

	"github.com/jimu-ml/jimu/device"
)

// An array is a tensor of the suite: its elements in row-major order as float64, and how they are to lie in memory.
type array struct {
	shape  []int
	value  []float64
	view   device.View // layout and type; after on, with memory on a device
	extent int         // elements of the memory
}

// host is memory of the suite.
type host []byte

// Bytes returns the memory.
func (h host) Bytes() []byte { return h }

// newHost returns aligned memory for n elements.
func newHost(t device.DType, n int) host {
	words := make([]uint64, (n*t.Bytes()+7)/8+1)
	return unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), n*t.Bytes())
}

// A layout says how an array lies in memory.
type layout int

const (
	rowMajor layout = iota
	reversed        // the order of the axes is reversed
	spaced          // every second element of the last axis, at an offset
	backward        // the last axis has a negative stride
	last            // channels last: the second axis is innermost
	layouts         // how many there are
)

// newArray returns an array of the value of f at each number.
func newArray(t device.DType, l layout, shape []int, f func(i int) float64) *array {
	a := &array{shape: shape}
	a.view.DType = t
	n := length(shape)
	a.value = make([]float64, n)
	for i := range a.value {
		if f != nil {
			a.value[i] = rounded(t, f(i))
		}
	}
	a.view.SetRowMajor(shape...)
	a.extent = n
	a.lay(l)
	return a
}

func (a *array) lay(l layout) {
	v, r := &a.view, a.view.Rank
	if r == 0 {
		return
	}
	permuted := make([]int, 0, r) // axes, innermost first
	switch l {
	case reversed:
		for k := range r {
			permuted = append(permuted, k)
		}
	case last:
		if r < 3 {
			return
		}
		permuted = append(permuted, 1)
		for k := r - 1; k >= 2; k-- {
			permuted = append(permuted, k)
		}
		permuted = append(permuted, 0)
	case spaced:
		for k := range r {
			v.Stride[k] *= 2
		}
		v.Offset = 3
		a.extent = 2*a.extent + 3
	case backward:
		v.Offset = max(v.Shape[r-1]-1, 0)
		v.Stride[r-1] = -1
	}
	n := 1
	for _, k := range permuted {
		v.Stride[k] = n
		n *= v.Shape[k]
	}
}

// broadcast makes the array repeat one element along an axis.
func (a *array) broadcast(axis int) *array {
	a.each(func(i int, at []int) {
		at[axis] = 0
		a.value[i] = a.value[number(a.shape, at)]
	})
	a.view.Stride[axis] = 0
	return a
}

// each calls f with the number and the indices of every element. The slice is f's only during the call.
func (a *array) each(f func(i int, at []int)) {
	next, at := make([]int, len(a.shape)), make([]int, len(a.shape))
	for i := range a.value {
		copy(at, next)
		f(i, at)
		for k := len(next) - 1; k >= 0; k-- {
			if next[k]++; next[k] < a.shape[k] {
				break
			}
			next[k] = 0
		}
	}
}

// on returns the array's view on a device, where its elements are put at the first call.
func (a *array) on(d device.Device) *device.View {
	if a == nil {
		return nil
	}
	if a.view.Buffer != nil {
		return &a.view
	}
	memory := newHost(a.view.DType, a.extent)
	for i := range memory {
		memory[i] = byte(i)*37 | 1
	}
	if a.view.DType == device.Bool {
		clear(memory)
	}
	a.each(func(i int, at []int) { encode(a.view.DType, memory, offset(&a.view, at), a.value[i]) })
	a.view.Buffer = d.Alloc(a.view.DType, a.extent)
	from, to := device.View{Buffer: memory, DType: a.view.DType}, device.View{Buffer: a.view.Buffer, DType: a.view.DType}
	from.SetRowMajor(a.extent)
	to.SetRowMajor(a.extent)
	d.Run(&device.Call{Op: device.Copy, Out: []*device.View{&to}, In: []*device.View{&from}})
	return &a.view
}

// read returns the elements as they are on the device, in row-major order.
func (a *array) read(d device.Device) []float64 {
	memory := newHost(a.view.DType, a.extent)
	from, to := device.View{Buffer: a.view.Buffer, DType: a.view.DType}, device.View{Buffer: memory, DType: a.view.DType}
	from.SetRowMajor(a.extent)
	to.SetRowMajor(a.extent)
	d.Run(&device.Call{Op: device.Copy, Out: []*device.View{&to}, In: []*device.View{&from}})
	if err := d.Sync(); err != nil {
		panic(err)
	}
	got := make([]float64, len(a.value))
	a.each(func(i int, at []int) { got[i] = decode(a.view.DType, memory, offset(&a.view, at)) })
	return got
}

// expect compares the array on the device with its value, to a relative tolerance, and to an absolute one of the same
// size for values below 1.
func (s *suite) expect(op device.Op, tolerance float64, a *array, in ...*array) {
	s.Helper()
	if t := precision(a.view.DType); tolerance > 0 {
		tolerance *= t
	}
	for i, got := range a.read(s.d) {
		want := rounded(a.view.DType, a.value[i])
		if got == want || got != got && want != want || math.Abs(got-want) <= tolerance*max(1, math.Abs(want)) {
			continue
		}
		s.Errorf("%s of %s: element %v is %v, not %v", op, describe(append([]*array{a}, in...)), place(a.shape, i), got, want)
		return
	}
}

func describe(arrays []*array) string {
	var b strings.Builder
	for i, a := range arrays {
		if i > 0 {
			b.WriteString(", ")
		}
		if a == nil {
			b.WriteString("nothing")
			continue
		}
		fmt.Fprintf(&b, "%s %v strides %v", a.view.DType, a.shape, a.view.Strides())
	}
	return b.String()
}

func length(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// place returns the indices of element number i of a shape.
func place(shape []int, i int) []int {
	at := make([]int, len(shape))
	for k := len(shape) - 1; k >= 0; k-- {
		at[k] = i % shape[k]
		i /= shape[k]
	}
	return at
}

// number is the inverse of place; indices of longer rank are broadcast to the shape.
func number(shape, at []int) int {
	at = at[len(at)-len(shape):]
	i := 0
	for k, d := range shape {
		if d != 1 {
			i = i*d + at[k]
		}
	}
	return i
}

func offset(v *device.View, at []int) int {
	o := v.Offset
	for k, i := range at {
		o += i * v.Stride[k]
	}
	return o
}
