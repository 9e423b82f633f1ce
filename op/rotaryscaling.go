package op

import "math"

// LinearFrequencies returns [RotaryFrequencies] for texts that are factor times as long as those of the training: all
// positions are pressed together.
//
// Chen and others, Extending Context Window of Large Language Models via Positional Interpolation, 2023
// (arXiv:2306.15595).
func LinearFrequencies(d int, base, factor float64) []float64 {
	f := RotaryFrequencies(d, base)
	for i := range f {
		f[i] /= factor
	}
	return f
}

// NTKFrequencies returns [RotaryFrequencies] for texts that are factor times as long, with a larger base: the slowest pair
// turns as slowly as with [LinearFrequencies], and the fastest almost as before.
//
//	base′ = base · factor^(d/(d−2))
//
// bloc97, NTK-Aware Scaled RoPE, 2023; Peng and others, YaRN, 2023 (arXiv:2309.00071), section 3.1.
func NTKFrequencies(d int, base, factor float64) []float64 {
	return RotaryFrequencies(d, base*math.Pow(factor, float64(d)/float64(d-2)))
}

// Llama3Scaling is how Llama 3.1 lengthens its texts: pairs that turn slowly slow down, those that turn fast stay.
type Llama3Scaling struct {
	Factor    float64 // how many times longer; 0 means 8
	Low, High float64 // turns within Original of what slows down wholly, and of what stays; 0 means 1 and 4
	Original  int     // tokens of the texts of the training; 0 means 8192
}

// Frequencies returns [RotaryFrequencies] lengthened so.
func (c Llama3Scaling) Frequencies(d int, base float64) []float64 {
	factor, low, high, original := given(c.Factor, 8), given(c.Low, 1), given(c.High, 4), given(float64(c.Original), 8192)
	f := RotaryFrequencies(d, base)
	for i, v := range f {
		turns := original * v / (2 * math.Pi)
		keep := min(1, max(0, (turns-low)/(high-low)))
		f[i] = keep*v + (1-keep)*v/factor
	}
	return f
}

// YaRN lengthens texts by slowing down the pairs that turn less than Slow times within those of the training, and leaving
// those that turn more than Fast times.
//
// Peng and others, YaRN: Efficient Context Window Extension of Large Language Models, 2023 (arXiv:2309.00071), equations
// 15 to 23.
type YaRN struct {
	Factor     float64 // how many times longer
	Slow, Fast float64 // turns; 0 means 1 and 32
	Original   int     // tokens of the texts of the training; 0 means 2048
}

// Frequencies returns [RotaryFrequencies] lengthened so. Between Slow and Fast it mixes by the number of the pair, rounded
// outwards, as the reference implementation does.
func (c YaRN) Frequencies(d int, base float64) []float64 {
	slow, fast, original := given(c.Slow, 1), given(c.Fast, 32), given(float64(c.Original), 2048)
	pair := func(turns float64) float64 { // the number of the pair that turns so often
		return float64(d) * math.Log(original/(turns*2*math.Pi)) / (2 * math.Log(base))
	}
	from, to := max(math.Floor(pair(fast)), 0), min(math.Ceil(pair(slow)), float64(d-1))
	if from == to {
		to += 0.001
	}
	f := RotaryFrequencies(d, base)
	for i, v := range f {
		slower := min(1, max(0, (float64(i)-from)/(to-from)))
		f[i] = slower*v/c.Factor + (1-slower)*v
	}
	return f
}

// Temperature returns what the logits of the attention are to be scaled by, beside 1/√d: (0.1 ln factor + 1)².
func (c YaRN) Temperature() float64 {
	t := 0.1*math.Log(max(c.Factor, 1)) + 1
	return t * t
}

func given(x, otherwise float64) float64 {
	if x == 0 {
		return otherwise
	}
	return x
}
