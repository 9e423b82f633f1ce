package generate

import (
	"cmp"
	"math"
	"slices"
)

// TopK forbids all tokens but the K likeliest, and those as likely as the last of them.
//
// Fan, Lewis and Dauphin, Hierarchical Neural Story Generation, 2018 (arXiv:1805.04833), section 5.4.
type TopK struct{ K int }

// Process forbids the others.
func (p TopK) Process(_ []int64, logits []float32) {
	if p.K < 1 || p.K >= len(logits) {
		return
	}
	least := kth(logits, p.K)
	for i, v := range logits {
		if v < least {
			logits[i] = minusInf
		}
	}
}

// kth returns the k-th largest, with a heap of k.
func kth(x []float32, k int) float32 {
	h := slices.Clone(x[:k])
	sink := func(i int) {
		for {
			least := i
			for _, c := range []int{2*i + 1, 2*i + 2} {
				if c < k && h[c] < h[least] {
					least = c
				}
			}
			if least == i {
				return
			}
			h[i], h[least] = h[least], h[i]
			i = least
		}
	}
	for i := k/2 - 1; i >= 0; i-- {
		sink(i)
	}
	for _, v := range x[k:] {
		if v > h[0] {
			h[0] = v
			sink(0)
		}
	}
	return h[0]
}

// TopP forbids all tokens but the likeliest that have a probability of P together: the nucleus.
//
// Holtzman and others, The Curious Case of Neural Text Degeneration, 2019 (arXiv:1904.09751), section 3.1.
type TopP struct{ P float64 }

// Process forbids the others.
func (p TopP) Process(_ []int64, logits []float32) {
	if p.P >= 1 {
		return
	}
	probabilities, left := softmax(logits), 1-p.P
	var some []int // tokens that are not surely outside
	for i, v := range probabilities {
		if v > left/float64(len(logits)) {
			some = append(some, i)
		}
	}
	slices.SortStableFunc(some, func(i, j int) int { return cmp.Compare(probabilities[i], probabilities[j]) })
	inside := make([]bool, len(logits))
	below := 1.0
	for _, i := range some {
		below -= probabilities[i]
	}
	for n, i := range some {
		below += probabilities[i]
		inside[i] = below > left || n == len(some)-1
	}
	for i := range logits {
		if !inside[i] {
			logits[i] = minusInf
		}
	}
}

// MinP forbids tokens that are less than P times as likely as the likeliest.
//
// Nguyen and others, Turning Up the Heat: Min-p Sampling, 2024 (arXiv:2407.01082), section 3.
type MinP struct{ P float64 }

// Process forbids the others.
func (p MinP) Process(_ []int64, logits []float32) {
	least := float64(logits[likeliest(logits)]) + math.Log(p.P)
	for i, v := range logits {
		if float64(v) < least {
			logits[i] = minusInf
		}
	}
}

// Typical forbids all tokens but those, P likely together, whose information is nearest to the expected one.
//
// Meister and others, Locally Typical Sampling, 2022 (arXiv:2202.00666), section 3.
type Typical struct{ P float64 }

// Process forbids the others.
func (p Typical) Process(_ []int64, logits []float32) {
	probabilities, entropy := softmax(logits), 0.0
	for _, v := range probabilities {
		if v > 0 {
			entropy -= v * math.Log(v)
		}
	}
	order, off := make([]int, len(logits)), make([]float64, len(logits))
	for i, v := range probabilities {
		order[i], off[i] = i, math.Abs(-math.Log(v)-entropy)
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(off[i], off[j]) })
	sum := 0.0
	for n, i := range order {
		if sum += probabilities[i]; sum < p.P && n < len(order)-1 {
			continue
		}
		for _, j := range order[n+1:] {
			if off[j] > off[i] {
				logits[j] = minusInf
			}
		}
		return
	}
}

// Epsilon forbids tokens less likely than a threshold, but for the likeliest.
//
//	threshold = ε, or with Entropy: min(ε, √ε e^(−H)), H the entropy of the draw in nats
//
// Hewitt, Manning and Liang, Truncation Sampling as Language Model Desmoothing, 2022 (arXiv:2210.15191), sections 3 and 4;
// the latter is η-sampling.
type Epsilon struct {
	Epsilon float64
	Entropy bool
}

// Process forbids the others.
func (p Epsilon) Process(_ []int64, logits []float32) {
	probabilities, least := softmax(logits), p.Epsilon
	if p.Entropy {
		entropy := 0.0
		for _, v := range probabilities {
			if v > 0 {
				entropy -= v * math.Log(v)
			}
		}
		least = min(least, math.Sqrt(p.Epsilon)*math.Exp(-entropy))
	}
	most := logits[likeliest(logits)]
	for i, v := range probabilities {
		if v < least && logits[i] < most {
			logits[i] = minusInf
		}
	}
}

// softmax returns the probabilities of the tokens.
func softmax(logits []float32) []float64 {
	most, sum := float64(logits[likeliest(logits)]), 0.0
	p := make([]float64, len(logits))
	for i, v := range logits {
		p[i] = math.Exp(float64(v) - most)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}
