package kernel

// Dot2x4 computes two rows by four columns of a matrix product in float64:
//
//	sums[i][j] = Σ aᵢ[k]·b[4k+j]
//
// The products are added from the first to the last. It panics if a1 is shorter than a0, or b than four times a0.
func Dot2x4(sums *[2][4]float64, a0, a1, b []float64) {
	a1, b = a1[:len(a0)], b[:4*len(a0)]
	var c00, c01, c02, c03, c10, c11, c12, c13 float64
	for k, x := range a0 {
		y, row := a1[k], b[4*k:4*k+4:4*k+4]
		c00 += x * row[0]
		c01 += x * row[1]
		c02 += x * row[2]
		c03 += x * row[3]
		c10 += y * row[0]
		c11 += y * row[1]
		c12 += y * row[2]
		c13 += y * row[3]
	}
	*sums = [2][4]float64{{c00, c01, c02, c03}, {c10, c11, c12, c13}}
}
