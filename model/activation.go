package model

import (
	"fmt"

	"github.com/jimu-ml/jimu/nn"
)

// Activation returns the layer that a configuration means by a name: "gelu", "gelu_tanh", "quick_gelu", "relu", "silu",
// "mish" or "tanh", or what Hugging Face's config.json calls one of them. The error is that there is no such name.
func Activation(name string) (nn.Layer, error) {
	switch name {
	case "gelu", "gelu_python":
		return nn.GELU{}, nil
	case "gelu_tanh", "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_accurate":
		return nn.GELU{Tanh: true}, nil
	case "quick_gelu":
		return nn.QuickGELU{}, nil
	case "relu":
		return nn.ReLU{}, nil
	case "silu", "swish":
		return nn.SiLU{}, nil
	case "mish":
		return nn.Mish{}, nil
	case "tanh":
		return nn.Tanh{}, nil
	}
	return nil, fmt.Errorf("there is no activation %q; there are gelu, gelu_tanh, quick_gelu, relu, silu, mish and tanh", name)
}

// TransformersActivation returns what transformers calls an activation of ours.
func TransformersActivation(name string) string {
	if name == "gelu_tanh" {
		return "gelu_new"
	}
	return name
}
