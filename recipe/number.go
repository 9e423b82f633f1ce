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
	s := strconv.FormatFloat(math.Abs(x), 'f', 0, 64)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if x < 0 {
		s = "-" + s
	}
	return s
}
