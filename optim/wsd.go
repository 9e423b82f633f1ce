package optim

import "math"

// WSD warms up, stays, and decays: the full rate for most of a run, which so need not know its length before the decay
// begins.
//
//	(t + 1)/Warmup                          for t < Warmup
//	1                                       for t < Steps − Decay
//	Low + (1 − Low)(1 − x)                  after, x = (t − Steps + Decay)/Decay from 0 to 1; with Root 1 − √x
//
// Hu et al., MiniCPM, 2024 (arXiv:2404.06395), section 4; the root, Hägele et al., Scaling Laws and Compute-Optimal Training
// Beyond Fixed Training Durations, 2024 (arXiv:2405.18392).
type WSD struct {
	Warmup int
	Decay  int // the last steps; 0 means a tenth of Steps
	Steps  int // of the whole run
	Low    float64
	Root   bool
}

// Rate returns the factor in a step.
func (w WSD) Rate(step int) float64 {
	length := w.Decay
	if length <= 0 {
		length = max(1, w.Steps/10)
	}
	switch begin := w.Steps - length; {
	case step < w.Warmup:
		return float64(step+1) / float64(w.Warmup)
	case step < begin:
		return 1
	case step >= w.Steps:
		return w.Low
	default:
		x := float64(step-begin) / float64(length)
		if w.Root {
			x = math.Sqrt(x)
		}
		return w.Low + float64((1-w.Low)*(1-x))
	}
}

// InverseSqrt rises evenly to the full rate, and then falls with the root of the steps: the Transformer's, or Noam's.
//
//	rate = √w · min(1/√(t + 1), (t + 1)/w^1.5)      w = Warmup
//
// It is 1 at the top; the paper's rate there is 1/√(w·d) for a model of width d.
//
// Vaswani et al., Attention Is All You Need, 2017 (arXiv:1706.03762), equation 3.
type InverseSqrt struct {
	Warmup int // 0 means 1: no rise
}

// Rate returns the factor in a step.
func (s InverseSqrt) Rate(step int) float64 {
	w, t := float64(max(1, s.Warmup)), float64(step+1)
	return min(math.Sqrt(w/t), t/w)
}

// Linear goes evenly from Start to End in so many steps, and stays there.
//
//	rate = Start + (End − Start) t/Steps
type Linear struct {
	Steps      int
	Start, End float64
}

// Rate returns the factor in a step.
func (l Linear) Rate(step int) float64 {
	if step >= l.Steps {
		return l.End
	}
	return l.Start + float64((l.End-l.Start)*float64(step))/float64(l.Steps)
}

// Exponential falls by Factor in so many steps, a little in each; [StepDecay] does so at once.
//
//	rate = max(Low, Factor^(t/Every))
type Exponential struct {
	Every  int     // 0 means 1
	Factor float64 // 0 means 0.1
	Low    float64
}

// Rate returns the factor in a step.
func (e Exponential) Rate(step int) float64 {
	return max(e.Low, math.Pow(or(e.Factor, 0.1), float64(step)/float64(max(1, e.Every))))
}

// InverseTime falls as 1/t.
//
//	rate = 1/(1 + Factor · t/Every)     with Stairs ⌊t/Every⌋
type InverseTime struct {
	Every  int     // 0 means 1
	Factor float64 // 0 means 1
	Stairs bool
}

// Rate returns the factor in a step.
func (i InverseTime) Rate(step int) float64 {
	x := float64(step) / float64(max(1, i.Every))
	if i.Stairs {
		x = math.Floor(x)
	}
	return 1 / (1 + float64(or(i.Factor, 1)*x))
}
