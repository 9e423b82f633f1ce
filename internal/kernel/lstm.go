package kernel

import "math"

var (
	lstm     = lstmGeneric
	lstmGrad = lstmGradGeneric
)

// LSTM computes one step of a long short-term memory, for the len(h) units of one example:
//
//	i = σ(s₀ + g₀)    f = σ(s₁ + g₁)    g̃ = tanh(s₂ + g₂)    o = σ(s₃ + g₃)
//	c = f·before + i·g̃    h = o·tanh c
//
// g₀ to g₃ are planes of g, stride elements apart, and are replaced by i, f, g̃ and o; s is the same. A gate and tanh c
// are within 3 ulp.
func LSTM(h, c, before, g, s []float32, stride int) {
	n := len(h)
	if n == 0 {
		return
	}
	_, _ = g[:n+3*stride], s[:n+3*stride]
	lstm(h, c[:n], before[:n], g, s, stride)
}

func lstmGeneric(h, c, before, g, s []float32, stride int) {
	for j := range h {
		at := func(plane int) (float64, *float32) {
			k := plane*stride + j
			return float64(s[k] + g[k]), &g[k]
		}
		gate := func(plane int) float32 {
			x, y := at(plane)
			*y = float32(sigma(x))
			return *y
		}
		i, f, o := gate(0), gate(1), gate(3)
		x, t := at(2)
		*t = float32(math.Tanh(x))
		c[j] = float32(f*before[j]) + float32(i**t)
		h[j] = o * float32(math.Tanh(float64(c[j])))
	}
}

// LSTMGrad is the gradient of [LSTM]: from dh and dr, whose sum is that of h, from dc, that of c, and from what LSTM left
// it makes d, the gradients of s₀ + g₀ to s₃ + g₃, in planes like them, and sets dc to the gradient of before.
//
//	dc += (dh + dr)·o·(1 − tanh²c)
//	d₀ = dc·g̃·i·(1 − i)    d₁ = dc·before·f·(1 − f)    d₂ = dc·i·(1 − g̃²)    d₃ = (dh + dr)·tanh c·o·(1 − o)
//	dc = dc·f
func LSTMGrad(dc, d, dh, dr, g, c, before []float32, stride int) {
	n := len(dc)
	if n == 0 {
		return
	}
	_, _ = g[:n+3*stride], d[:n+3*stride]
	lstmGrad(dc, d, dh[:n], dr[:n], g, c[:n], before[:n], stride)
}

func lstmGradGeneric(dc, d, dh, dr, g, c, before []float32, stride int) {
	for j := range dc {
		i, f, t, o := g[j], g[stride+j], g[2*stride+j], g[3*stride+j]
		y := dh[j] + dr[j]
		u := float32(math.Tanh(float64(c[j])))
		e := dc[j] + float32(float32(y*o)*(1-float32(u*u)))
		d[j] = float32(e*t) * float32(i*(1-i))
		d[stride+j] = float32(e*before[j]) * float32(f*(1-f))
		d[2*stride+j] = float32(e*i) * (1 - float32(t*t))
		d[3*stride+j] = float32(y*u) * float32(o*(1-o))
		dc[j] = e * f
	}
}
