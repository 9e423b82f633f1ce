package all

import (
	"encoding/json"
	"testing"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
)

// Every architecture is built for its example, and every variant has as many parameters as it was published with. None of
// them takes memory for its values.
func TestVariants(t *testing.T) {
	for _, a := range model.List() {
		if len(a.Variants) > 0 && a.Example.Input == nil {
			for _, v := range a.Variants {
				if v.Of.Input == nil {
					t.Errorf("%s: neither it nor its family says what it is for", v.Name)
				}
			}
		}
		if a.Example.Input != nil {
			if _, err := model.NewProgram(a.Name, nil, model.Examples{}, nil); err != nil {
				t.Error(err)
			}
		}
		for _, v := range a.Variants {
			if v.Config != "" && !json.Valid([]byte(v.Config)) {
				t.Errorf("%s: its configuration is no JSON: %s", v.Name, v.Config)
				continue
			}
			m, err := model.NewProgram(v.Name, nil, model.Examples{}, nil)
			if err != nil {
				t.Error(err)
				continue
			}
			if n := nn.Count(nn.Params(m)); n != v.Parameters {
				t.Errorf("%s has %d parameters, %d as published", v.Name, n, v.Parameters)
			}
		}
	}
}
