package cpu_test

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
)

// TestFillPastCaches fills what is written past the caches, at offsets that are aligned and that are not.
func TestFillPastCaches(t *testing.T) {
	const n = 8<<20 + 5
	whole := view(device.Float32, n+2)
	for offset := range 2 {
		run(device.Fill, device.Attr{Scalars: [8]float64{9}}, whole)
		part := *whole
		part.SetRowMajor(n)
		part.Offset = offset
		run(device.Fill, device.Attr{Scalars: [8]float64{3}}, &part)
		b := whole.Buffer.(*cpu.Buffer).Bytes()
		for i := range n + 2 {
			got, want := math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])), float32(3)
			if i < offset || i >= offset+n {
				want = 9
			}
			if got != want {
				t.Fatalf("offset %d: element %d is %v, want %v", offset, i, got, want)
			}
		}
	}
}
