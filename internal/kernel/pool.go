package kernel

// MaximumAt is one step of a maximum over windows: where x[i] > y[i], or x[i] is the first NaN, it sets y[i] = x[i] and
// at[i] = place.
func MaximumAt[T float](y []T, at []uint8, x []T, place uint8) {
	at, x = at[:len(y)], x[:len(y)]
	for i, v := range x {
		if w := y[i]; v > w || v != v && w == w {
			y[i], at[i] = v, place
		}
	}
}

// AddAt sets dst[i] += x[i] where at[i] = place.
func AddAt[T float](dst, x []T, at []uint8, place uint8) {
	x, at = x[:len(dst)], at[:len(dst)]
	for i, v := range x {
		if at[i] == place {
			dst[i] += v
		}
	}
}
