package cpu

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
)

// randomInt8 returns a product of random bytes, m rows by n columns, and the weight as rows.
func randomInt8(r *rand.Rand, m, n, k int) (p *int8Product, w [][]int8) {
	l := device.Int8Panels{Out: n, In: k}
	shape := l.Shape()
	p = &int8Product{
		y: matrix{make([]float32, m*n), m, n, n, 1}, in: k, row: upTo(k, kernel.StepBytes), size: kernel.PanelBytes(k),
		panels: make([]byte, shape[0]*shape[1]*128), rowScale: make([]float32, m), scale: make([]float32, n), sum: make([]int32, n),
	}
	p.x = make([]byte, m*p.row)
	for i := range m {
		p.rowScale[i] = 1 + float32(i%5)
		for c := range k {
			p.x[i*p.row+c] = byte(r.Uint32())
		}
	}
	w = make([][]int8, n)
	for o := range w {
		w[o], p.scale[o] = make([]int8, k), 1+float32(o%3)
		for i := range k {
			w[o][i] = int8(r.Uint32())
			p.panels[l.At(o, i)] = byte(w[o][i])
			p.sum[o] += 128 * int32(w[o][i])
		}
	}
	return p, w
}

func TestInt8Product(t *testing.T) {
	for _, set := range kernel.Sets() {
		t.Run(set, func(t *testing.T) {
			defer kernel.Use(set)()
			r := rand.New(rand.NewPCG(1, 2))
			for _, s := range [][3]int{{1, 1, 1}, {3, 40, 63}, {33, 31, 64}, {70, 65, 130}, {2, 500, 1500}, {130, 33, 1025}} {
				p, w := randomInt8(r, s[0], s[1], s[2])
				p.run()
				for i := range s[0] {
					for o := range s[1] {
						sum := 0
						for c, q := range w[o] {
							sum += (int(p.x[i*p.row+c]) - 128) * int(q)
						}
						want := float64(sum) * float64(p.rowScale[i]) * float64(p.scale[o])
						if got := float64(p.y.data[i*s[1]+o]); math.Abs(got-want) > math.Abs(want)*0x1p-22 {
							t.Fatalf("%v: [%d %d] is %v, want %v", s, i, o, got, want)
						}
					}
				}
			}
		})
	}
}

// BenchmarkInt8Peer compares products of bytes with oneDNN's, which leaves them as int32: ours also scales them to float32.
func BenchmarkInt8Peer(b *testing.B) {
	p := startPeer(b)
	r := rand.New(rand.NewPCG(1, 2))
	for _, threads := range []int{1, 2} {
		for _, s := range [][3]int{{256, 256, 256}, {1024, 1024, 1024}, {2048, 2048, 2048}, {64, 1024, 1024}} {
			x, _ := randomInt8(r, s[0], s[1], s[2])
			b.Run(fmt.Sprintf("threads %d/%dx%dx%d", threads, s[0], s[1], s[2]), func(b *testing.B) {
				p.against(b, threads, 2*float64(s[0])*float64(s[1])*float64(s[2]), x.run, fmt.Sprintf("matmul u8s8 packed %d 1 %d %d %d", threads, s[0], s[1], s[2]))
			})
		}
	}
}
