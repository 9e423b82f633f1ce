package export_test

import (
	"fmt"
	"testing"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/export"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

type running struct{ axis int }

func (r running) Forward(_ *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return x.CumSum(r.axis) }

// Sums of the elements so far are one operator, however many there are.
func TestCumSum(t *testing.T) {
	for n := 2; n < 20; n++ {
		m := exported(t, running{1}, model.Examples{Input: []int{n}}, export.Config{})
		same(t, fmt.Sprintf("sums of %d", n), text(m), fmt.Sprintf(`
in x FLOAT [batch %[1]d]
y = CumSum(x, constant)
out y FLOAT [batch %[1]d]`, n))
	}
	m := exported(t, running{-2}, model.Examples{Input: []int{5, 3}}, export.Config{Batch: 1})
	same(t, "sums along another axis", text(m), `
in x FLOAT [1 5 3]
y = CumSum(x, constant)
out y FLOAT [1 5 3]`)
}
