package kernel

var geluSlope = geluSlopeGeneric[float32]

// GeluSlope sets dst[i] = x[i]·Φ(x[i]), as [Gelu], and slope[i] to its derivative Φ(x[i]) + x[i]·φ(x[i]), from one
// exponential. slope may be x.
func GeluSlope(dst, slope, x []float32) { geluSlope(dst, slope[:len(dst)], x[:len(dst)]) }

// GeluSlope64 is [GeluSlope] in float64.
func GeluSlope64(dst, slope, x []float64) { geluSlopeGeneric(dst, slope, x) }

func geluSlopeGeneric[T float](dst, slope, x []T) {
	slope, x = slope[:len(dst)], x[:len(dst)]
	one := [1]T{1}
	for i := range dst {
		v := [1]T{x[i]}
		geluGeneric(dst[i:i+1], v[:])
		geluGradGeneric(slope[i:i+1], one[:], v[:])
	}
}
