package kernel

import "math"

var normalBlocks = normalBlocksGeneric

// Normal sets dst[i] to element j = counter + i of the standard normal stream of key. Elements 4b to 4b+3 are made
// of the words w of Philox block b, in pairs (w₀, w₁) and (w₂, w₃), after Box and Muller:
//
//	r = √(−2 ln((w₀>>8 + 1)·2⁻²⁴))    φ = 2π·(w₁>>8)·2⁻²⁴    r·cos φ, r·sin φ
//
// So |dst[i]| ≤ 5.77. Logarithm, sine and cosine are polynomials without fused products: the stream has the same bits
// on every machine.
//
// Box and Muller, A Note on the Generation of Random Normal Deviates, 1958.
func Normal(dst []float32, key, counter uint64) {
	fromBlocks(dst, key, counter, normalBlocks)
}

// Normal64 sets dst[i] to the same numbers as [Normal].
func Normal64(dst []float64, key, counter uint64) { widen(dst, key, counter, Normal) }

// normalBlocksGeneric sets dst, whose length is a multiple of 4, to the normal numbers of the blocks from b.
func normalBlocksGeneric(dst []float32, key, b uint64) {
	for ; len(dst) >= 4; dst, b = dst[4:], b+1 {
		w := philoxBlock(key, b)
		dst[0], dst[1] = boxMuller(w[0], w[1])
		dst[2], dst[3] = boxMuller(w[2], w[3])
	}
}

// boxMuller returns two normal numbers from two random words.
func boxMuller(w0, w1 uint32) (x, y float32) {
	r := float32(math.Sqrt(float64(-2 * logUnit(float32(w0>>8+1)*0x1p-24))))
	s, c := sinCosTurn(float32(w1>>8) * 0x1p-24)
	return r * c, r * s
}

// logPoly holds the coefficients of P in ln(1+f) = f − f²/2 + f³·P(f), the highest first; from the Cephes library.
var logPoly = [...]float32{
	7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
	-1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
}

// logUnit returns ln x of a normal x > 0.
func logUnit(x float32) float32 {
	b := math.Float32bits(x)
	e := int32(b-0x3f3504f3) >> 23 // x = m·2ᵉ with m from √½ to √2
	f := math.Float32frombits(b-uint32(e)<<23) - 1
	p := logPoly[0]
	for _, c := range logPoly[1:] {
		p = float32(p*f) + c
	}
	z := f * f
	y := float32(float32(p*f)*z) - float32(0.5*z)
	return float32(float32(e)*float32(math.Ln2)) + (f + y)
}

// The coefficients of sin(πt/2) = t·S(t²) and cos(πt/2) = C(t²) for |t| ≤ ½, the highest first; our own minimax fit.
var (
	sinTurn = [...]float32{-0.00460165785625577, 0.07968003302812576, -0.6459634900093079, 1.5707963705062866}
	cosTurn = [...]float32{0.0009040217264555395, -0.02086028829216957, 0.25366923213005066, -1.2337005138397217, 1}
)

// sinCosTurn returns the sine and cosine of 2πu, 0 ≤ u < 1.
func sinCosTurn(u float32) (s, c float32) {
	q := int32(float32(u*4) + 0.5) // the nearest quarter turn
	t := float32(u*4) - float32(q)
	z := t * t
	s, c = sinTurn[0], cosTurn[0]
	for _, k := range sinTurn[1:] {
		s = float32(s*z) + k
	}
	for _, k := range cosTurn[1:] {
		c = float32(c*z) + k
	}
	s *= t
	if q&1 != 0 {
		s, c = c, s
	}
	if q&2 != 0 {
		s = -s
	}
	if (q+1)&2 != 0 {
		c = -c
	}
	return s, c
}
