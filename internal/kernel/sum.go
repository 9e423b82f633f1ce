package kernel

// lanes is the width of the tree in which every reduction of this package combines: lane j takes x[64i+j] in the
// order of i, then lanes j and j+32 are combined, j and j+16, and so on down to one. The tree depends on nothing but
// the length, so the result has the same bits whatever instructions computed it.
const lanes = 64

var (
	sum       = sumGeneric[float32]
	sumSquare = sumSquareGeneric[float32]
	dot       = dotGeneric[float32]
)

// fold returns the sum of the lanes, by halves.
func fold[T float](lane *[lanes]T) T {
	for w := lanes / 2; w > 0; w /= 2 {
		for j := range w {
			lane[j] += lane[j+w]
		}
	}
	return lane[0]
}

// Sum returns Σ x[i], in the tree of 64 lanes; 0 if x is empty.
func Sum(x []float32) float32 { return sum(x) }

// Sum64 is [Sum] in float64.
func Sum64(x []float64) float64 { return sumGeneric(x) }

func sumGeneric[T float](x []T) T {
	var lane [lanes]T
	for ; len(x) >= lanes; x = x[lanes:] {
		for j, v := range x[:lanes] {
			lane[j] += v
		}
	}
	for j, v := range x {
		lane[j] += v
	}
	return fold(&lane)
}

// SumSquare returns Σ x[i]², in the tree of 64 lanes, every square rounded before it is added.
func SumSquare(x []float32) float32 { return sumSquare(x) }

// SumSquare64 is [SumSquare] in float64.
func SumSquare64(x []float64) float64 { return sumSquareGeneric(x) }

func sumSquareGeneric[T float](x []T) T { return dotGeneric(x, x) }

// Dot returns Σ x[i]·y[i] over the length of x, in the tree of 64 lanes, every product rounded before it is added.
func Dot(x, y []float32) float32 { return dot(x, y[:len(x)]) }

// Dot64 is [Dot] in float64.
func Dot64(x, y []float64) float64 { return dotGeneric(x, y) }

func dotGeneric[T float](x, y []T) T {
	var lane [lanes]T
	y = y[:len(x)]
	for ; len(x) >= lanes; x, y = x[lanes:], y[lanes:] {
		for j, v := range x[:lanes] {
			lane[j] += T(v * y[j])
		}
	}
	for j, v := range x {
		lane[j] += T(v * y[j])
	}
	return fold(&lane)
}
