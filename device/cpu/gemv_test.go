package cpu

import "testing"

// TestGemvOfABroadcastRow: a row that is one number in memory, as the gradient of a sum is, times a matrix.
func TestGemvOfABroadcastRow(t *testing.T) {
	const k, n = 64, 48
	b := make([]float32, k*n)
	for i := range b {
		b[i] = float32(i % 7)
	}
	c := make([]float32, n)
	sgemv(matrix{c, 1, n, n, 1}, matrix{make([]float32, 1), 1, k, 1, 0}, matrix{b, k, n, n, 1}, epilogue{})
	for j, v := range c {
		if v != 0 {
			t.Fatalf("column %d of zeros times B is %v", j, v)
		}
	}
	sgemv(matrix{c, 1, n, n, 1}, matrix{[]float32{0.5}, 1, k, 1, 0}, matrix{b, k, n, n, 1}, epilogue{})
	for j, v := range c {
		var want float32
		for i := range k {
			want += 0.5 * b[i*n+j]
		}
		if v != want {
			t.Fatalf("column %d is %v, want %v", j, v, want)
		}
	}
}
