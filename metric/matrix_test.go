package metric

import (
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/tensor"
)

// TestOneLargeClassIsNoMatrix: a class of a hostile file does not make a metric ask for its square in memory.
func TestOneLargeClassIsNoMatrix(t *testing.T) {
	for _, m := range []Metric{&CohenKappa{}, &Matthews{}, &Confusion{}} {
		m.Add(tensor.Of([]int64{3, 1}), tensor.Of([]int64{3, 2}))
		err := tensor.Catch(func() { m.Add(tensor.Of([]int64{0, 1}), tensor.Of([]int64{1, 65535})) })
		if err == nil || !strings.Contains(err.Error(), "there may be 8192 classes") {
			t.Errorf("%T: error %v", m, err)
		}
	}
}
