package sequential

import "github.com/jimu-ml/jimu/model"

func init() {
	examples = append(examples, []struct {
		of     model.Examples
		layers string
		count  int
	}{
		{
			texts, `{"layer": "embedding", "width": 4}, {"layer": "learned_positions"},
			{"layer": "multi_head_attention", "heads": 2, "groups": 1, "window": 2, "rotary": true, "alibi": true, "dropout": 0.1, "no_bias": true},
			{"layer": "attention_pool", "hidden": 3}, {"layer": "linear"}`,
			36 + 20 + (32 + 16) + (15 + 3) + 15,
		},
		{
			texts, `{"layer": "embedding", "width": 4}, {"layer": "sinusoidal_positions", "base": 100},
			{"layer": "transformer_encoder", "heads": 2, "layers": 2, "hidden": 3, "pre_norm": true}, {"layer": "feed_forward", "hidden": 3, "activation": "silu"}, {"layer": "first_step"}, {"layer": "linear"}`,
			36 + 2*(80+15+16+16) + 8 + (15 + 16) + 15,
		},
		{
			series, `{"layer": "mixture_of_experts", "experts": 3, "hidden": 2, "capacity": 1.5}, {"layer": "max_steps"}, {"layer": "linear"}`,
			12 + 3*(10+12) + 15,
		},
	}...)
}
