package kernel

// Product sets the row-major matrix dst [m n] to the product of a [m k] and b [k n]. It is the plain loop, for the
// element types that have nothing better.
func Product[T Number](dst, a, b []T, k, n int) {
	for i := 0; i*n < len(dst); i++ {
		row := dst[i*n : (i+1)*n]
		clear(row)
		for p, v := range a[i*k : (i+1)*k] {
			for j, w := range b[p*n : (p+1)*n] {
				row[j] += v * w
			}
		}
	}
}
