package kernel

import (
	"math"
	"testing"
)

// TestHalf converts every 16-bit pattern to float32 and back, and what lies around the borders between them.
func TestHalf(t *testing.T) {
	all := make([]uint16, 1<<16)
	for i := range all {
		all[i] = uint16(i)
	}
	for _, c := range []struct {
		name  string
		wide  func(dst []float32, src []uint16)
		back  func(dst []uint16, src []float32)
		frac  uint
		quiet uint16
	}{
		{"float16", Float16ToFloat32, Float32ToFloat16, 13, 0x200},
		{"bfloat16", BFloat16ToFloat32, Float32ToBFloat16, 16, 0x40},
	} {
		t.Run(c.name, func(t *testing.T) {
			restore := Use("generic")
			want := make([]float32, len(all))
			c.wide(want, all)
			around := []float32{}
			for _, v := range want {
				for _, d := range []int{-1, 0, 1} {
					b := math.Float32bits(v)
					around = append(around, math.Float32frombits(b+uint32(d)), math.Float32frombits(b+1<<(c.frac-1)+uint32(d)))
				}
			}
			wantAround := make([]uint16, len(around))
			c.back(wantAround, around)
			restore()
			withSets(t, func(t *testing.T) {
				got := make([]float32, len(all))
				c.wide(got, all)
				for i := range got {
					if math.Float32bits(got[i]) != math.Float32bits(want[i]) && !(c.frac == 16 && want[i] != want[i] && got[i] != got[i]) {
						t.Fatalf("%#04x is %v (%#x), want %v (%#x)", i, got[i], math.Float32bits(got[i]), want[i], math.Float32bits(want[i]))
					}
				}
				back := make([]uint16, len(all))
				c.back(back, got)
				for i, h := range back {
					if h != uint16(i) && !(got[i] != got[i] && h == uint16(i)|c.quiet) {
						t.Fatalf("%#04x comes back as %#04x", i, h)
					}
				}
				gotAround := make([]uint16, len(around))
				c.back(gotAround, around)
				for i := range gotAround {
					if gotAround[i] != wantAround[i] {
						t.Fatalf("%v (%#x) is %#04x, want %#04x", around[i], math.Float32bits(around[i]), gotAround[i], wantAround[i])
					}
				}
			})
		})
	}
}

// TestHalfRounding checks the nearest half, and even at ties, against float64.
func TestHalfRounding(t *testing.T) {
	values := make([]float64, 0x7c00+1)
	for i := range values[:0x7c00] {
		values[i] = float64(fromHalf(uint16(i)))
	}
	values[0x7c00] = 65536 // what infinity stands for in rounding
	for b := uint32(0x33000000); b < 0x47800000; b += 977 {
		v := math.Float32frombits(b)
		h := toHalf(v)
		d := math.Abs(values[h] - float64(v))
		for _, o := range []int{int(h) - 1, int(h) + 1} {
			if o < 0 || o >= len(values) {
				continue
			}
			other := math.Abs(values[o] - float64(v))
			if other < d || other == d && h&1 == 1 {
				t.Fatalf("%v becomes %#04x, but %#04x is nearer or even", v, h, o)
			}
		}
	}
}

// TestHalfLengths checks short slices, what is behind them, and the end of a page.
func TestHalfLengths(t *testing.T) {
	withSets(t, func(t *testing.T) {
		wide, narrow := edge[float32](t, 100), edge[uint16](t, 100)
		for n := range 100 {
			x, h := wide[100-n:], narrow[100-n:]
			for i := range x {
				x[i] = float32(i) - 3
			}
			Float32ToFloat16(h, x)
			clear(x)
			Float16ToFloat32(x, h)
			for i := range x {
				if x[i] != float32(i)-3 {
					t.Fatalf("float16, n = %d: [%d] is %v", n, i, x[i])
				}
			}
			Float32ToBFloat16(h, x)
			clear(x)
			BFloat16ToFloat32(x, h)
			for i := range x {
				if x[i] != float32(i)-3 {
					t.Fatalf("bfloat16, n = %d: [%d] is %v", n, i, x[i])
				}
			}
		}
		h := make([]uint16, 200)
		for n := range 100 {
			Float32ToFloat16(h[50:][:n:n], make([]float32, n))
			Float32ToBFloat16(h[50:][:n:n], make([]float32, n))
			h[49], h[50+n] = 7, 7
			Float32ToFloat16(h[50:][:n:n], make([]float32, n))
			Float32ToBFloat16(h[50:][:n:n], make([]float32, n))
			if h[49] != 7 || h[50+n] != 7 {
				t.Fatalf("n = %d: written outside", n)
			}
		}
	})
}

func BenchmarkConvert(b *testing.B) {
	const size = 131072
	x, h := make([]float32, size), make([]uint16, size)
	sweep(b, "Float32ToBFloat16", size, 6, func(l, u int) { Float32ToBFloat16(h[l:u], x[l:u]) })
	sweep(b, "BFloat16ToFloat32", size, 6, func(l, u int) { BFloat16ToFloat32(x[l:u], h[l:u]) })
	sweep(b, "Float32ToFloat16", size, 6, func(l, u int) { Float32ToFloat16(h[l:u], x[l:u]) })
	sweep(b, "Float16ToFloat32", size, 6, func(l, u int) { Float16ToFloat32(x[l:u], h[l:u]) })
}
