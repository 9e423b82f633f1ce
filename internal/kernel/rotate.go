package kernel

var rotate = rotateGeneric[float32]

// Rotate turns the points (x[i], y[i]) by the angle whose cosine is c[i] and whose sine is s[i]:
//
//	a[i] = x[i]·c[i] − y[i]·s[i]    b[i] = y[i]·c[i] + x[i]·s[i]
//
// a may be x, and b may be y.
func Rotate(a, b, x, y, c, s []float32) {
	n := len(a)
	rotate(a, b[:n], x[:n], y[:n], c[:n], s[:n])
}

// Rotate64 is [Rotate] in float64.
func Rotate64(a, b, x, y, c, s []float64) { rotateGeneric(a, b, x, y, c, s) }

func rotateGeneric[T float](a, b, x, y, c, s []T) {
	n := len(a)
	b, x, y, c, s = b[:n], x[:n], y[:n], c[:n], s[:n]
	for i := range a {
		u, v := x[i], y[i]
		a[i] = T(u*c[i]) - T(v*s[i])
		b[i] = T(v*c[i]) + T(u*s[i])
	}
}
