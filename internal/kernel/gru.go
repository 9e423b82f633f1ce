package kernel

import "math"

var (
	gru     = gruGeneric
	gruGrad = gruGradGeneric
)

// GRU computes one step of gated recurrent units, for the len(h) units of one example:
//
//	r = σ(s₀ + g₀)    z = σ(s₁ + g₁)    n = tanh(g₂ + r·s₂)
//	h = n + z·(before − n)
//
// g₀ to g₂ are planes of g, stride elements apart, and are replaced by r, z and n; s is the same. A gate is within 3 ulp.
func GRU(h, before, g, s []float32, stride int) {
	n := len(h)
	if n == 0 {
		return
	}
	_, _ = g[:n+2*stride], s[:n+2*stride]
	gru(h, before[:n], g, s, stride)
}

func gruGeneric(h, before, g, s []float32, stride int) {
	for j := range h {
		r := float32(sigma(float64(s[j] + g[j])))
		z := float32(sigma(float64(s[stride+j] + g[stride+j])))
		n := float32(math.Tanh(float64(g[2*stride+j] + float32(r*s[2*stride+j]))))
		g[j], g[stride+j], g[2*stride+j] = r, z, n
		h[j] = n + float32(z*(before[j]-n))
	}
}

// GRUGrad is the gradient of [GRU]: from dh, dr and carry, whose sum is that of h, and from what GRU left, with q = s₂, it
// makes d, the gradients of s₀ to s₂ in planes like them, and dn, that of g₂; those of g₀ and g₁ are d's. It sets carry to
// the part of before's gradient that does not come through s.
//
//	e = dh + dr + carry    carry = e·z
//	dn = e·(1 − z)·(1 − n²)
//	d₀ = dn·q·r·(1 − r)    d₁ = e·(before − n)·z·(1 − z)    d₂ = dn·r
func GRUGrad(carry, d, dn, dh, dr, g, q, before []float32, stride int) {
	n := len(carry)
	if n == 0 {
		return
	}
	_, _ = g[:n+2*stride], d[:n+2*stride]
	gruGrad(carry, d, dn[:n], dh[:n], dr[:n], g, q[:n], before[:n], stride)
}

func gruGradGeneric(carry, d, dn, dh, dr, g, q, before []float32, stride int) {
	for j := range carry {
		r, z, n := g[j], g[stride+j], g[2*stride+j]
		e := dh[j] + dr[j] + carry[j]
		carry[j] = e * z
		d[stride+j] = float32(e*(before[j]-n)) * float32(z*(1-z))
		dn[j] = float32(e*(1-z)) * (1 - float32(n*n))
		d[j] = float32(dn[j]*q[j]) * float32(r*(1-r))
		d[2*stride+j] = dn[j] * r
	}
}
