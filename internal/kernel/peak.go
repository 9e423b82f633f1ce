package kernel

// Peak runs independent multiply-adds of float32 and nothing else, rounds times over as many as hide their latency,
// and returns how many floating-point operations that was. Timed, it tells what the processor can do at most.
func Peak(rounds int) (flop int) { return peak(rounds) }

var peak = peakGeneric

func peakGeneric(rounds int) int {
	a, b, c, d := float32(1), float32(1), float32(1), float32(1)
	for range rounds {
		a += a * 1e-9
		b += b * 1e-9
		c += c * 1e-9
		d += d * 1e-9
	}
	if a+b+c+d == 0 { // it is not; the sums are wanted
		return 0
	}
	return rounds * 4 * 2
}
