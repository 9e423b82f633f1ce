package cpu

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// peerShapes are the m, n, k of the products that are compared with other libraries, by group.
var peerShapes = map[string][][3]int{
	"square": {
		{128, 128, 128},
		{256, 256, 256},
		{512, 512, 512},
		{768, 768, 768},
		{1024, 1024, 1024},
		{1536, 1536, 1536},
		{2048, 2048, 2048},
	},
	"skinny": {
		{64, 512, 784},
		{2048, 768, 768},
		{8192, 64, 288},
		{64, 10, 512},
		{16, 1024, 1024},
		{128, 3072, 768},
		{4096, 27, 27},
	},
	"tiny": {{32, 32, 32}, {48, 48, 48}, {64, 64, 64}, {80, 80, 80}, {100, 100, 100}},
	"deep": {{64, 64, 25088}, {27, 64, 50176}, {256, 64, 12544}},
}

// BenchmarkPeerSgemm compares products of matrices, with A and B stored as they are or transposed: "tn" is the weight
// gradient xᵀ·dy, "nt" the product with a weight [out in].
func BenchmarkPeerSgemm(b *testing.B) {
	p := startPeer(b)
	for _, group := range []string{"square", "skinny", "tiny", "deep"} {
		for _, s := range peerShapes[group] {
			for _, stored := range []string{"nn", "nt", "tn", "tt"} {
				for _, threads := range []int{1, 2} {
					name := fmt.Sprintf("%s/%s/%dx%dx%d/threads%d", group, stored, s[0], s[1], s[2], threads)
					b.Run(name, func(b *testing.B) { p.sgemm(b, s[0], s[1], s[2], stored, threads) })
				}
			}
		}
	}
}

func (p *peer) sgemm(b *testing.B, m, n, k int, stored string, threads int) {
	r := rand.New(rand.NewPCG(1, 2))
	layouts := map[byte]layout{'n': rowMajor, 't': colMajor}
	x, y := atLine(randomMatrix(r, m, k, layouts[stored[0]])), atLine(randomMatrix(r, k, n, layouts[stored[1]]))
	z := atLine(randomMatrix(r, m, n, rowMajor))
	var commands []string
	for _, library := range []string{"onednn", "openblas", "blis"} {
		commands = append(commands, fmt.Sprintf("sgemm %s %d %d %d %d %c %c", library, threads, m, n, k, stored[0], stored[1]))
	}
	p.against(b, threads, 2*float64(m)*float64(n)*float64(k), func() { sgemm(z, x, y, epilogue{}) }, commands...)
}

// atLine returns a copy of m in memory as the device allocates it.
func atLine(m matrix) matrix {
	var room reused
	data := room.grow(len(m.data))
	copy(data, m.data)
	m.data = data
	return m
}

// BenchmarkPeerGemv compares one row times a matrix, and one row times a transposed matrix.
func BenchmarkPeerGemv(b *testing.B) {
	p := startPeer(b)
	for _, s := range [][2]int{{4096, 4096}, {768, 3072}, {512, 512}} {
		for _, stored := range []string{"n", "t"} {
			for _, threads := range []int{1, 2} {
				b.Run(fmt.Sprintf("%s/%dx%d/threads%d", stored, s[0], s[1], threads), func(b *testing.B) {
					k, n := s[0], s[1]
					r := rand.New(rand.NewPCG(1, 2))
					l, rows, cols, t := rowMajor, k, n, "t"
					if stored == "t" {
						l, rows, cols, t = colMajor, n, k, "n"
					}
					x, y, z := atLine(randomMatrix(r, 1, k, rowMajor)), atLine(randomMatrix(r, k, n, l)), atLine(randomMatrix(r, 1, n, rowMajor))
					p.against(b, threads, 2*float64(n)*float64(k), func() { sgemm(z, x, y, epilogue{}) },
						fmt.Sprintf("sgemv openblas %d %d %d %s", threads, rows, cols, t),
						fmt.Sprintf("sgemv blis %d %d %d %s", threads, rows, cols, t),
						fmt.Sprintf("sgemm onednn %d 1 %d %d n %s", threads, n, k, stored))
				})
			}
		}
	}
}

// BenchmarkPeerBatch compares many small products, as attention has them.
func BenchmarkPeerBatch(b *testing.B) {
	p := startPeer(b)
	for _, s := range [][4]int{{32, 256, 64, 256}, {32, 256, 256, 64}, {96, 128, 128, 64}, {96, 128, 64, 128}} {
		for _, threads := range []int{1, 2} {
			n := s[0]
			b.Run(fmt.Sprintf("%dof%dx%dx%d/threads%d", n, s[1], s[2], s[3], threads), func(b *testing.B) {
				r := rand.New(rand.NewPCG(1, 2))
				x, y := atLine(randomMatrix(r, n*s[1], s[3], rowMajor)), atLine(randomMatrix(r, n*s[3], s[2], rowMajor))
				z := atLine(randomMatrix(r, n*s[1], s[2], rowMajor))
				at := func(i int) (matrix, matrix, matrix) {
					return z.part(i*s[1], 0, s[1], s[2]), x.part(i*s[1], 0, s[1], s[3]), y.part(i*s[3], 0, s[3], s[2])
				}
				flop := 2 * float64(n) * float64(s[1]) * float64(s[2]) * float64(s[3])
				p.against(b, threads, flop, func() { sgemmBatch(n, at, epilogue{}) },
					fmt.Sprintf("matmul f32 plain %d %d %d %d %d", threads, n, s[1], s[2], s[3]))
			})
		}
	}
}
