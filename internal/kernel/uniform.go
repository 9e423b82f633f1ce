package kernel

var uniformBlocks = uniformBlocksGeneric

// Uniform sets dst[i] to element j = counter + i of the uniform stream of key, in [0, 1): the 24 high bits of word
// j mod 4 of Philox block j div 4, times 2⁻²⁴. The stream is the same on every machine.
func Uniform(dst []float32, key, counter uint64) {
	fromBlocks(dst, key, counter, uniformBlocks)
}

// Uniform64 sets dst[i] to the same numbers as [Uniform].
func Uniform64(dst []float64, key, counter uint64) { widen(dst, key, counter, Uniform) }

// uniformBlocksGeneric sets dst, whose length is a multiple of 4, to the uniform numbers of the blocks from b.
func uniformBlocksGeneric(dst []float32, key, b uint64) {
	for ; len(dst) >= 4; dst, b = dst[4:], b+1 {
		for i, w := range philoxBlock(key, b) {
			dst[i] = float32(w>>8) * 0x1p-24
		}
	}
}

// fromBlocks fills dst from element counter of a stream whose blocks of 4 are made by fill.
func fromBlocks(dst []float32, key, counter uint64, fill func(dst []float32, key, b uint64)) {
	if r := counter % 4; r != 0 {
		n := partOfBlock(dst, key, counter, fill)
		dst, counter = dst[n:], counter+uint64(n)
	}
	whole := len(dst) &^ 3
	if whole > 0 {
		fill(dst[:whole], key, counter/4)
	}
	if whole < len(dst) {
		partOfBlock(dst[whole:], key, counter+uint64(whole), fill)
	}
}

// partOfBlock fills dst from element counter to the end of its block at most, and returns how many it filled.
func partOfBlock(dst []float32, key, counter uint64, fill func(dst []float32, key, b uint64)) int {
	var block [4]float32 // on the heap, because of fill: so not where blocks are whole
	fill(block[:], key, counter/4)
	return copy(dst, block[counter%4:])
}

// widen fills dst with the numbers that fill makes in float32.
func widen(dst []float64, key, counter uint64, fill func(dst []float32, key, counter uint64)) {
	var part [256]float32
	for len(dst) > 0 {
		n := min(len(dst), len(part))
		fill(part[:n], key, counter)
		for i, v := range part[:n] {
			dst[i] = float64(v)
		}
		dst, counter = dst[n:], counter+uint64(n)
	}
}

// inSteps makes a stream of one that fills only whole steps of n elements, and one for the rest.
func inSteps(n int, fast, rest func(dst []float32, key, b uint64)) func(dst []float32, key, b uint64) {
	return func(dst []float32, key, b uint64) {
		whole := len(dst) / n * n
		fast(dst[:whole], key, b)
		rest(dst[whole:], key, b+uint64(whole/4))
	}
}
