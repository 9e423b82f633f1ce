package recipe

import (
	"fmt"
	"math"
	"strconv"
)

// Number returns a number as people read it: four digits, or whole with its thousands apart if it has more in front of the point.
func Number(x float64) string {
	if m := math.Abs(x); m < 9999.5 || m >= 1e15 || math.IsNaN(x) {
		return fmt.Sprintf("%.4g", x)
	}
	return Thousands(int64(math.Round(x)))
}

// Thousands returns a whole number with its thousands apart.
func Thousands[N int | int64](n N) string {
	sign, s := "", strconv.FormatInt(int64(n), 10)
	if n < 0 {
		sign, s = s[:1], s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}
