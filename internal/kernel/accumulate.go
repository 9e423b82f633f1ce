package kernel

var (
	accumulate      = accumulateGeneric[float32]
	centeredSquare  = centeredSquareGeneric[float32]
	centeredProduct = centeredProductGeneric[float32]
	addFour         = addFourGeneric[float32]
)

// AddFour sets y[i] = (((y[i] + a[i]) + b[i]) + c[i]) + d[i]: four rows of a sum of columns, in the order and with the bits
// of four calls of [Add].
func AddFour(y, a, b, c, d []float32) {
	n := len(y)
	addFour(y, a[:n], b[:n], c[:n], d[:n])
}

// AddFour64 is [AddFour] in float64.
func AddFour64(y, a, b, c, d []float64) { addFourGeneric(y, a, b, c, d) }

func addFourGeneric[T float](y, a, b, c, d []T) {
	n := len(y)
	a, b, c, d = a[:n], b[:n], c[:n], d[:n]
	for i, v := range y {
		y[i] = (((v + a[i]) + b[i]) + c[i]) + d[i]
	}
}

// Accumulate sets y[i] += a·x[i], the product rounded before it is added.
func Accumulate(y, x []float32, a float32) { accumulate(y, x[:len(y)], a) }

// Accumulate64 is [Accumulate] in float64.
func Accumulate64(y, x []float64, a float64) { accumulateGeneric(y, x, a) }

func accumulateGeneric[T float](y, x []T, a T) {
	x = x[:len(y)]
	for i := range y {
		y[i] += T(a * x[i])
	}
}

// CenteredSquare sets sum[i] += (x[i] − mean[i])²: a row of the variances of columns.
func CenteredSquare(sum, x, mean []float32) {
	centeredSquare(sum, x[:len(sum)], mean[:len(sum)])
}

// CenteredSquare64 is [CenteredSquare] in float64.
func CenteredSquare64(sum, x, mean []float64) { centeredSquareGeneric(sum, x, mean) }

func centeredSquareGeneric[T float](sum, x, mean []T) {
	x, mean = x[:len(sum)], mean[:len(sum)]
	for i := range sum {
		d := x[i] - mean[i]
		sum[i] += T(d * d)
	}
}

// CenteredProduct sets sum[i] += dy[i]·(x[i] − mean[i]): a row of the gradients of the gains of a batch norm.
func CenteredProduct(sum, dy, x, mean []float32) {
	centeredProduct(sum, dy[:len(sum)], x[:len(sum)], mean[:len(sum)])
}

// CenteredProduct64 is [CenteredProduct] in float64.
func CenteredProduct64(sum, dy, x, mean []float64) { centeredProductGeneric(sum, dy, x, mean) }

func centeredProductGeneric[T float](sum, dy, x, mean []T) {
	dy, x, mean = dy[:len(sum)], x[:len(sum)], mean[:len(sum)]
	for i := range sum {
		sum[i] += T(dy[i] * (x[i] - mean[i]))
	}
}
