package recipe

import (
	"encoding/json"
	"fmt"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
)

// room returns the hyperparameters of the recipe's model as a JSON object, or says that its parameters alone take more than so many
// bytes, all that the machine has; 0: nobody knows how many. To train it takes several times as much, of which this does not judge.
func (r *Recipe) room(of model.Examples, memory int64) (json.RawMessage, error) {
	config, err := r.Model.text()
	if err != nil || memory == 0 {
		return config, err
	}
	m, err := model.NewProgram(r.Model.Name, nil, of, config) // which gives them no values
	if err != nil {
		return nil, err
	}
	const each = 4 // bytes
	if n := nn.Count(nn.Params(m)); float64(n)*each > float64(memory) {
		return nil, errorf("model", "%s with %s has %s parameters, which take %s, and this machine has %s of memory; make it smaller",
			r.Model.Name, shown(r.Model.Config), Thousands(n), bytesSaid(each*float64(n)), bytesSaid(float64(memory)))
	}
	return config, nil
}

func bytesSaid(n float64) string {
	if n >= 1e12 {
		return fmt.Sprintf("%.3g TB", n/1e12)
	}
	return fmt.Sprintf("%.3g GB", n/1e9)
}
