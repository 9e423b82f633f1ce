package metric

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// CRPS is the mean continuous ranked probability score of ensembles of forecasts, in the unit of the targets; of ensembles
// of one it is the mean absolute error.
//
//	predictions x [… m], targets y […]
//	mean(Σᵢ |xᵢ − y|/m − Σᵢⱼ |xᵢ − xⱼ|/(2m²))       over the m members
//
// Gneiting and Raftery, Strictly Proper Scoring Rules, Prediction, and Estimation, JASA, 2007, equation 21.
type CRPS struct{ mean }

// Name returns "crps".
func (c *CRPS) Name() string { return "crps" }

// Add counts a batch.
func (c *CRPS) Add(prediction, target *tensor.Tensor) {
	s := prediction.Shape()
	if len(s) < 1 || s[len(s)-1] == 0 || !slices.Equal(s[:len(s)-1], target.Shape()) {
		panic(tensor.Errorf("CRPS", "ensembles of shape %v do not fit targets of shape %v; want one axis more", prediction, target))
	}
	x, n := tensor.Values[float64](prediction.Detach()), s[len(s)-1]
	for _, y := range tensor.Values[float64](target.Detach()) {
		members := slices.Sorted(slices.Values(x[:n]))
		m := float64(n)
		off, spread := 0., 0.
		for i, v := range members {
			off += math.Abs(v - y)
			spread += v * (2*float64(i) - m + 1) // Σ over j < i of v − xⱼ, and the rest of it from the others
		}
		c.one(off/m - spread/(m*m))
		x = x[n:]
	}
}

// Merge adds what another CRPS has counted.
func (c *CRPS) Merge(m Metric) { c.merge(same[*CRPS]("CRPS.Merge", m).mean) }
