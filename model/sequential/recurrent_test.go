package sequential

import "github.com/jimu-ml/jimu/model"

func init() {
	examples = append(examples, []struct {
		of     model.Examples
		layers string
		count  int
	}{
		{
			series, `{"layer": "rnn", "hidden": 3, "relu": true}, {"layer": "rnn", "hidden": 2, "layers": 2, "dropout": 0.5}, {"layer": "last_step"}, {"layer": "linear"}`,
			12 + 9 + 6 + (6 + 4 + 4) + (4 + 4 + 4) + 9,
		},
		{
			series, `{"layer": "lstm", "hidden": 3, "layers": 2, "project": 2, "peepholes": true, "no_bias": true}, {"layer": "last_step"}, {"layer": "linear"}`,
			(48 + 24 + 6 + 9) + (24 + 24 + 6 + 9) + 9,
		},
	}...)
}
