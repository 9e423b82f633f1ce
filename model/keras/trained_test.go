package keras

import (
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
)

// Networks that others trained with Keras 2 see in a photograph what Keras sees.
func TestTrainedNetworks(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/trained.golden"), "") {
		t.Run(c.Name, func(t *testing.T) {
			m, err := Open(check.Published(t, "weights/fer-mini-xception/"+c.Name+".hdf5"))
			if err != nil {
				t.Fatal(err)
			}
			c = c.On(t)
			if n := nn.Count(nn.Params(m)); n != c.Int("parameters") {
				t.Errorf("%d parameters, want %d", n, c.Int("parameters"))
			}
			answers(t, m, c, 1e-5)
		})
	}
}
