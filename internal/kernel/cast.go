package kernel

// Cast sets dst[i] to src[i] as Go converts it: floats to integers towards zero, integers wrapped around.
func Cast[D, S Number](dst []D, src []S) {
	src = src[:len(dst)]
	for i, v := range src {
		dst[i] = D(v)
	}
}

// CastBool sets dst[i] to 1 where src[i] is not 0, else 0: to booleans.
func CastBool[S Number](dst []uint8, src []S) {
	src = src[:len(dst)]
	for i, v := range src {
		dst[i] = 0
		if v != 0 {
			dst[i] = 1
		}
	}
}

// Fill sets every dst[i] = v.
func Fill[T comparable](dst []T, v T) {
	var zero T
	if v == zero && !signed(v) {
		clear(dst)
		return
	}
	const start = 64
	for i := range dst[:min(start, len(dst))] {
		dst[i] = v
	}
	for n := start; n < len(dst); n *= 2 {
		copy(dst[n:], dst[:n])
	}
}

// signed reports whether v is −0, which equals 0 but has other bits.
func signed[T comparable](v T) bool {
	switch v := any(v).(type) {
	case float32:
		return 1/v < 0
	case float64:
		return 1/v < 0
	}
	return false
}

// Iota sets dst[i] = start + i·step.
func Iota[T Number](dst []T, start, step float64) {
	for i := range dst {
		dst[i] = T(start + float64(float64(i)*step))
	}
}
