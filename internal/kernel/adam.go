package kernel

import (
	"math"
	"sync"
)

// AdamRule holds the hyperparameters of [Adam].
type AdamRule struct {
	LR, Beta1, Beta2, Eps, WeightDecay float64
	Step                               float64 // 1 for the first
	Scale                              float64 // of the gradient, before anything else; 1 to leave it
	Decoupled                          bool    // decay apart from the gradient: AdamW
}

// The numbers that the loop of [Adam] needs, by their index.
const (
	adamScale = iota // g′ = scale·g + decay·p
	adamDecay
	adamBeta1
	adamKeep1 // 1 − β₁
	adamBeta2
	adamKeep2
	adamShrink  // 1 − LR·weightDecay, or 1
	adamCorrect // 1/√(1 − β₂ᵗ)
	adamEps
	adamRate // LR/(1 − β₁ᵗ)
	adamTerms
)

// adamTermsOf computes them in float64, because 1 − β₂ in float32 would be off by 5e-5 of itself.
func adamTermsOf[T float](r *AdamRule) [adamTerms]T {
	decay, shrink := r.WeightDecay, 1.0
	if r.Decoupled {
		decay, shrink = 0, 1-float64(r.LR*r.WeightDecay)
	}
	return [...]T{
		T(r.Scale), T(decay),
		T(r.Beta1), T(1 - r.Beta1), T(r.Beta2), T(1 - r.Beta2),
		T(shrink), T(1 / math.Sqrt(1-math.Pow(r.Beta2, r.Step))), T(r.Eps), T(r.LR / (1 - math.Pow(r.Beta1, r.Step))),
	}
}

var adam = adamGeneric[float32]

// Adam moves the parameter p and its moments m and v by one step along the gradient g, at step t counted from 1:
//
//	g′ = scale·g + weightDecay·p          or, decoupled: g′ = scale·g, p −= LR·weightDecay·p
//	m = β₁·m + (1 − β₁)·g′
//	v = β₂·v + (1 − β₂)·g′²
//	p −= LR/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε)
func Adam(p, m, v, g []float32, r AdamRule) {
	c := adamPool.Get().(*[adamTerms]float32)
	*c = adamTermsOf[float32](&r)
	adam(p, m[:len(p)], v[:len(p)], g[:len(p)], c)
	adamPool.Put(c)
}

// adamPool has memory for the terms, which a slot makes escape.
var adamPool = sync.Pool{New: func() any { return new([adamTerms]float32) }}

// Adam64 is [Adam] in float64.
func Adam64(p, m, v, g []float64, r AdamRule) {
	c := adamTermsOf[float64](&r)
	adamGeneric(p, m, v, g, &c)
}

func adamGeneric[T float](p, m, v, g []T, c *[adamTerms]T) {
	m, v, g = m[:len(p)], v[:len(p)], g[:len(p)]
	for i, w := range p {
		d := T(c[adamScale]*g[i]) + T(c[adamDecay]*w)
		a := T(c[adamBeta1]*m[i]) + T(c[adamKeep1]*d)
		b := T(c[adamBeta2]*v[i]) + T(c[adamKeep2]*T(d*d))
		m[i], v[i] = a, b
		q := T(T(math.Sqrt(float64(b)))*c[adamCorrect]) + c[adamEps]
		p[i] = T(w*c[adamShrink]) - T(c[adamRate]*a)/q
	}
}
