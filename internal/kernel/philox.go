package kernel

// Philox4x32 returns the 128 random bits that Philox with 10 rounds makes of a counter and a key. In every round
//
//	p₀ = 0xD2511F53·x₀    p₁ = 0xCD9E8D57·x₂                (64 bits: high and low)
//	x ← (high p₁ ⊕ x₁ ⊕ k₀, low p₁, high p₀ ⊕ x₃ ⊕ k₁, low p₀)
//	k ← (k₀ + 0x9E3779B9, k₁ + 0xBB67AE85)
//
// Salmon, Moraes, Dror and Shaw, Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011.
func Philox4x32(ctr [4]uint32, key [2]uint32) [4]uint32 {
	x0, x1, x2, x3 := ctr[0], ctr[1], ctr[2], ctr[3]
	k0, k1 := key[0], key[1]
	for range 10 {
		p0, p1 := philoxM0*uint64(x0), philoxM1*uint64(x2)
		x0, x1, x2, x3 = uint32(p1>>32)^x1^k0, uint32(p1), uint32(p0>>32)^x3^k1, uint32(p0)
		k0, k1 = k0+philoxW0, k1+philoxW1
	}
	return [4]uint32{x0, x1, x2, x3}
}

const (
	philoxM0 = 0xD2511F53
	philoxM1 = 0xCD9E8D57
	philoxW0 = 0x9E3779B9
	philoxW1 = 0xBB67AE85
)

// philoxBlock returns block number b of the stream of key: the counter is b, the low word first, then two zeros.
func philoxBlock(key, b uint64) [4]uint32 {
	return Philox4x32([4]uint32{uint32(b), uint32(b >> 32)}, [2]uint32{uint32(key), uint32(key >> 32)})
}
