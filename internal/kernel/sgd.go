package kernel

import "sync"

// SGDRule holds the hyperparameters of [SGD].
type SGDRule struct {
	LR, Momentum, Dampening, WeightDecay float64
	Scale                                float64 // of the gradient, before anything else; 1 to leave it
	First                                bool    // the first step: the velocity becomes the gradient
	Nesterov                             bool
}

// The numbers that the loops of [SGD] need, by their index.
const (
	sgdScale = iota
	sgdDecay
	sgdRate
	sgdMoment
	sgdKeep // 1 − dampening
	sgdTerms
)

func sgdTermsOf[T float](r *SGDRule) [sgdTerms]T {
	return [...]T{T(r.Scale), T(r.WeightDecay), T(r.LR), T(r.Momentum), T(1 - r.Dampening)}
}

var (
	sgdPlain    = sgdPlainGeneric[float32]
	sgdMomentum = sgdMomentumGeneric[float32]
	sgdNesterov = sgdNesterovGeneric[float32]
)

// SGD moves the parameter p, and its velocity v if that is not nil, by one step along the gradient g:
//
//	g′ = scale·g + weightDecay·p
//	v = g′ in the first step, else momentum·v + (1 − dampening)·g′
//	p −= LR·v, with Nesterov LR·(g′ + momentum·v), without a velocity LR·g′
func SGD(p, v, g []float32, r SGDRule) {
	g = g[:len(p)]
	c := sgdPool.Get().(*[sgdTerms]float32)
	*c = sgdTermsOf[float32](&r)
	switch {
	case v == nil:
		sgdPlain(p, g, c)
	case r.First:
		sgdFirst(p, v, g, c, r.Nesterov)
	case r.Nesterov:
		sgdNesterov(p, v[:len(p)], g, c)
	default:
		sgdMomentum(p, v[:len(p)], g, c)
	}
	sgdPool.Put(c)
}

// sgdPool has memory for the terms, which a slot makes escape.
var sgdPool = sync.Pool{New: func() any { return new([sgdTerms]float32) }}

// SGD64 is [SGD] in float64.
func SGD64(p, v, g []float64, r SGDRule) {
	c := sgdTermsOf[float64](&r)
	switch {
	case v == nil:
		sgdPlainGeneric(p, g, &c)
	case r.First:
		sgdFirst(p, v, g, &c, r.Nesterov)
	case r.Nesterov:
		sgdNesterovGeneric(p, v, g, &c)
	default:
		sgdMomentumGeneric(p, v, g, &c)
	}
}

func sgdPlainGeneric[T float](p, g []T, c *[sgdTerms]T) {
	g = g[:len(p)]
	for i, w := range p {
		d := T(c[sgdScale]*g[i]) + T(c[sgdDecay]*w)
		p[i] = w - T(c[sgdRate]*d)
	}
}

func sgdFirst[T float](p, v, g []T, c *[sgdTerms]T, nesterov bool) {
	v, g = v[:len(p)], g[:len(p)]
	for i, w := range p {
		d := T(c[sgdScale]*g[i]) + T(c[sgdDecay]*w)
		v[i] = d
		if nesterov {
			d += T(c[sgdMoment] * d)
		}
		p[i] = w - T(c[sgdRate]*d)
	}
}

func sgdMomentumGeneric[T float](p, v, g []T, c *[sgdTerms]T) {
	v, g = v[:len(p)], g[:len(p)]
	for i, w := range p {
		d := T(c[sgdScale]*g[i]) + T(c[sgdDecay]*w)
		d = T(c[sgdMoment]*v[i]) + T(c[sgdKeep]*d)
		v[i] = d
		p[i] = w - T(c[sgdRate]*d)
	}
}

func sgdNesterovGeneric[T float](p, v, g []T, c *[sgdTerms]T) {
	v, g = v[:len(p)], g[:len(p)]
	for i, w := range p {
		d := T(c[sgdScale]*g[i]) + T(c[sgdDecay]*w)
		u := T(c[sgdMoment]*v[i]) + T(c[sgdKeep]*d)
		v[i] = u
		p[i] = w - T(c[sgdRate]*(d+T(c[sgdMoment]*u)))
	}
}
