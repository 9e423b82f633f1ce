package recipe

import (
	"math"
	"testing"
)

func TestNumber(t *testing.T) {
	for x, want := range map[float64]string{
		0: "0", 3.14159: "3.142", -0.00012345: "-0.0001234", 9999: "9999", 9999.7: "10,000", 198712.4: "198,712", -1234567: "-1,234,567", 1e20: "1e+20", math.Inf(1): "+Inf",
	} {
		if got := Number(x); got != want {
			t.Errorf("%v is %s, want %s", x, got, want)
		}
	}
}
