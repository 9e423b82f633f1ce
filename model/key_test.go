package model

import "testing"

func TestKey(t *testing.T) {
	for name, want := range map[string]string{"WeightDecay": "weight_decay", "LR": "lr", "Beta1": "beta1", "NoBias": "no_bias", "KLDivergence": "kl_divergence", "": ""} {
		if got := Key(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}
