package cpuid

// cpuid executes the CPUID instruction.
func cpuid(eax, ecx uint32) (a, b, c, d uint32)

// xgetbv returns the low half of XCR0: which registers the system keeps.
func xgetbv() (eax uint32)

// detect sets the flags from the processor and from what the system keeps of its registers.
func detect() {
	const (
		osxsave, avx, fma = 1 << 27, 1 << 28, 1 << 12 // leaf 1, ECX
		ymm               = 1<<1 | 1<<2               // XCR0
		zmm               = ymm | 7<<5
		tiles             = 3 << 17
	)
	leaves, _, _, _ := cpuid(0, 0)
	if leaves < 7 {
		return
	}
	_, _, c1, _ := cpuid(1, 0)
	if c1&osxsave == 0 || c1&avx == 0 {
		return
	}
	state := xgetbv()
	if state&ymm != ymm {
		return
	}
	F16C = c1&(1<<29) != 0
	subleaves, b7, c7, d7 := cpuid(7, 0)
	AVX2 = b7&(1<<5) != 0 && c1&fma != 0
	const f, dq, bw, vl = 1 << 16, 1 << 17, 1 << 30, 1 << 31 // leaf 7, EBX
	if !AVX2 || state&zmm != zmm || b7&(f|dq|bw|vl) != f|dq|bw|vl {
		return
	}
	AVX512 = true
	AVX512VNNI = c7&(1<<11) != 0
	if subleaves >= 1 {
		a, _, _, _ := cpuid(7, 1)
		AVX512BF16 = a&(1<<5) != 0
	}
	const amxTile, amxBF16, amxInt8 = 1 << 24, 1 << 22, 1 << 25 // leaf 7, EDX
	if state&tiles == tiles && d7&amxTile != 0 {
		AMXBF16, AMXInt8 = d7&amxBF16 != 0, d7&amxInt8 != 0
	}
}
