package model

import (
	"testing"

	"github.com/jimu-ml/jimu/nn"
)

// The names of transformers and ours mean the same layers.
func TestActivation(t *testing.T) {
	for name, want := range map[string]nn.Layer{
		"gelu": nn.GELU{}, "gelu_new": nn.GELU{Tanh: true}, "gelu_tanh": nn.GELU{Tanh: true}, "gelu_pytorch_tanh": nn.GELU{Tanh: true},
		"quick_gelu": nn.QuickGELU{}, "relu": nn.ReLU{}, "silu": nn.SiLU{}, "swish": nn.SiLU{}, "mish": nn.Mish{}, "tanh": nn.Tanh{},
	} {
		if got, err := Activation(name); err != nil || got != want {
			t.Errorf("%s is %T%+v (%v), want %T%+v", name, got, got, err, want, want)
		}
	}
	if got := TransformersActivation("gelu_tanh") + " " + TransformersActivation("relu"); got != "gelu_new relu" {
		t.Errorf("transformers calls them %s", got)
	}
	if _, err := Activation("step"); err == nil {
		t.Error("there is an activation step")
	}
}
