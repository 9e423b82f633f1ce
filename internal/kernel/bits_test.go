package kernel

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"testing"
)

// bits are checksums of what assembly makes of the arguments of TestSameBits, the same on every architecture.
var bits = map[string]uint64{
	"Sqrt":          0x7b24b71b7b253bbe,
	"Exp":           0x9f34f9cbc5856ffa,
	"Log":           0x36137fae844f5703,
	"Tanh":          0xd4586e06eead4789,
	"Sigmoid":       0x2ae4c11635998ed5,
	"Silu":          0xc73c27148bc02e9a,
	"Softplus":      0xd3754d0724b88c39,
	"Sin":           0x12515051f8856ea0,
	"Cos":           0x4637bfd76e27b407,
	"Erf":           0x497b14f87950d746,
	"Gelu":          0x6869439af27045ba,
	"GeluTanh":      0x7d6ae20a1ce15c40,
	"GeluTanh/tail": 0x7d6ae20a1ce15c40,
	"SiluGrad":      0xfeac9c13f696f25c,
	"GeluGrad":      0x830aeaf12067079d,
	"GeluTanhGrad":  0x2e7964dd04416e04,
}

// withAssembly runs f once with every set that has bodies of its own for the functions.
func withAssembly(t *testing.T, f func(t *testing.T)) {
	for _, set := range Sets() {
		if set == "generic" || set == "f16c" {
			continue
		}
		t.Run(set, func(t *testing.T) {
			defer Use(set)()
			f(t)
		})
	}
}

// checksum is that of the bits of x, all NaN being one.
func checksum(x []float32) uint64 {
	h := fnv.New64a()
	for _, v := range x {
		b := math.Float32bits(v)
		if v != v {
			b = 0x7fc00000
		}
		h.Write(binary.LittleEndian.AppendUint32(nil, b))
	}
	return h.Sum64()
}

// TestSameBits checks that all assembly gives the same bits, on every architecture: the bodies are the same operations.
func TestSameBits(t *testing.T) {
	x := make([]float32, 100003)
	for i := range x {
		x[i] = math.Float32frombits(uint32(i * 42949))
	}
	y := make([]float32, len(x))
	withAssembly(t, func(t *testing.T) {
		for _, f := range functions {
			f.f(y, x)
			if got := checksum(y); got != bits[f.name] {
				t.Errorf("%s: checksum %#016x, want %#016x", f.name, got, bits[f.name])
			}
		}
	})
}

// TestGemmSameBits checks that all assembly multiplies matrices to the same bits, on every architecture.
func TestGemmSameBits(t *testing.T) {
	const rows, cols, k = 6, 12, 37 // every set has such tiles
	withAssembly(t, func(t *testing.T) {
		for flags := range TileFlags(8) {
			for _, strided := range []bool{false, true} {
				r := rand.New(rand.NewPCG(uint64(flags), 2))
				b, bias, c := random(r, k*16), random(r, 16), random(r, rows*16)
				tile := Tiles{K: k, Taps: 1, AK: rows, AI: 1, BK: 16, CI: 16, Count: 1, Rows: rows, Cols: cols, Flags: flags, Alpha: 1.7}
				a := random(r, rows*k)
				if strided { // the same elements
					tile.AK, tile.AI = 1, k
					turned := make([]float32, len(a))
					PackTranspose(turned, k, a, rows, k, rows, k)
					a = turned
				}
				tile.A, tile.B, tile.C, tile.Bias = pointer(a), pointer(b), pointer(c), pointer(bias)
				Gemm(&tile)
				if got := checksum(c); got != gemmBits[flags] {
					t.Errorf("flags %d, strided %v: checksum %#016x, want %#016x", flags, strided, got, gemmBits[flags])
				}
			}
		}
	})
}

// gemmBits are checksums of products with each combination of flags.
var gemmBits = [8]uint64{
	0xa9a87261f4d66ad6,
	0xe7af93f27447abfa,
	0x57d71cf3f7c7088b,
	0x4e0bfcfb672cbd1e,
	0xedf3e236228382cb,
	0xcf9191d75eefc621,
	0x95af7a62971dec93,
	0xe10fe5c24500d1e1,
}
