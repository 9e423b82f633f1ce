package kernel

import "math"

var (
	dropout   = dropoutInRoom
	dropWhere = dropWhereGeneric[float32]
)

// Dropout sets dst[i] = x[i]·scale where uᵢ ≥ p, else 0, u being the numbers that [Uniform] makes of key from element
// counter on. room is memory for as many numbers.
func Dropout(dst, x, room []float32, key, counter uint64, p, scale float32) {
	dropout(dst, x[:len(dst)], room[:len(dst)], key, counter, p, scale)
}

// Dropout64 is [Dropout] in float64.
func Dropout64(dst, x, room []float64, key, counter uint64, p, scale float64) {
	room = room[:len(dst)]
	Uniform64(room, key, counter)
	dropWhereGeneric(dst, x, room, p, scale)
}

// dropoutInRoom makes all numbers before it uses them.
func dropoutInRoom(dst, x, room []float32, key, counter uint64, p, scale float32) {
	Uniform(room, key, counter)
	dropWhere(dst, x, room, p, scale)
}

// dropoutInSteps is Dropout by a kernel that takes whole steps of n elements, from the beginning of a block.
func dropoutInSteps(n int, fast func(dst, x []float32, key, b uint64, p, scale float32)) func(dst, x, room []float32, key, counter uint64, p, scale float32) {
	return func(dst, x, room []float32, key, counter uint64, p, scale float32) {
		whole := len(dst) / n * n
		if counter%4 != 0 {
			whole = 0
		}
		fast(dst[:whole], x, key, counter/4, p, scale)
		dropoutInRoom(dst[whole:], x[whole:], room[whole:], key, counter+uint64(whole), p, scale)
	}
}

// dropWhereGeneric sets dst[i] = x[i]·scale where u[i] ≥ p, else 0.
func dropWhereGeneric[T float](dst, x, u []T, p, scale T) {
	x, u = x[:len(dst)], u[:len(dst)]
	for i, v := range x {
		var keep uint64 // without a branch, which would be taken at random
		if u[i] >= p {
			keep = 1
		}
		dst[i] = T(math.Float64frombits(math.Float64bits(float64(v*scale)) & -keep))
	}
}
