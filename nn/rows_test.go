package nn_test

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// always returns the layer, which draws nothing.
func always(l nn.Layer) func(*rng.Rand) nn.Layer { return func(*rng.Rand) nn.Layer { return l } }

var (
	_ = register(sample{name: "ReLU", layer: always(nn.ReLU{}), in: smooth(2, 3), shape: []int{2, 3}})
	_ = register(sample{name: "LeakyReLU", layer: always(nn.LeakyReLU{}), in: smooth(2, 3), shape: []int{2, 3}})
	_ = register(sample{name: "ELU", layer: always(nn.ELU{}), in: smooth(2, 3), shape: []int{2, 3}})
	_ = register(sample{name: "Sigmoid", layer: always(nn.Sigmoid{}), in: smooth(2, 3), shape: []int{2, 3}})
	_ = register(sample{name: "Tanh", layer: always(nn.Tanh{}), in: smooth(2, 3), shape: []int{2, 3}})
	_ = register(sample{name: "GELU", layer: always(nn.GELU{}), in: smooth(2, 3), shape: []int{2, 3}})
	_ = register(sample{name: "SiLU", layer: always(nn.SiLU{}), in: smooth(2, 3), shape: []int{2, 3}})
	_ = register(sample{name: "Softplus", layer: always(nn.Softplus{}), in: smooth(2, 3), shape: []int{2, 3}})
	_ = register(sample{name: "Softmax", layer: always(nn.Softmax{}), in: smooth(2, 3), shape: []int{2, 3}})
	_ = register(sample{name: "Flatten", layer: always(nn.Flatten{}), in: smooth(2, 3, 4), shape: []int{2, 12}})
	_ = register(sample{name: "MaxPool2d", layer: always(nn.MaxPool2d{Size: 2}), in: smooth(2, 3, 4, 5), shape: []int{2, 3, 2, 2}})
	_ = register(sample{name: "AvgPool2d", layer: always(nn.AvgPool2d{Size: 2}), in: smooth(2, 3, 4, 5), shape: []int{2, 3, 2, 2}})

	_ = register(sample{
		name: "Dropout", in: smooth(4, 5), shape: []int{4, 5},
		layer: func(r *rng.Rand) nn.Layer { return nn.NewDropout(r, 0.4) },
	})
	_ = register(sample{
		name: "Linear", in: smooth(3, 4), shape: []int{3, 5}, params: "weight bias", count: 25,
		layer: func(r *rng.Rand) nn.Layer { return nn.NewLinear(r, 4, 5) },
	})
	_ = register(sample{
		name: "LayerNorm", in: smooth(3, 4), shape: []int{3, 4}, params: "weight bias", count: 8,
		layer: func(*rng.Rand) nn.Layer { return nn.NewLayerNorm(4) },
	})
	_ = register(sample{
		name: "RMSNorm", in: smooth(3, 4), shape: []int{3, 4}, params: "weight", count: 4,
		layer: func(*rng.Rand) nn.Layer { return nn.NewRMSNorm(4) },
	})
	_ = register(sample{
		name: "GroupNorm", in: smooth(2, 4, 3), shape: []int{2, 4, 3}, params: "weight bias", count: 8,
		layer: func(*rng.Rand) nn.Layer { return nn.NewGroupNorm(4, 2) },
	})
	_ = register(sample{
		name: "BatchNorm", in: smooth(3, 2, 2, 2), shape: []int{3, 2, 2, 2}, params: "weight bias running_mean running_var", count: 4,
		layer: func(*rng.Rand) nn.Layer { return nn.NewBatchNorm(2) },
	})
	_ = register(sample{
		name: "Embedding", in: tensor.Of([]int64{3, 0, 3, 1}, 2, 2), shape: []int{2, 2, 3}, params: "weight", count: 12,
		layer: func(r *rng.Rand) nn.Layer { return nn.NewEmbedding(r, 4, 3) },
	})
	_ = register(sample{
		name: "Conv1d", in: smooth(2, 2, 6), shape: []int{2, 3, 6}, params: "weight bias", count: 21,
		layer: func(r *rng.Rand) nn.Layer { return nn.NewConv1d(r, 2, 3, 3, nn.ConvConfig{Pad: 1}) },
	})
	_ = register(sample{
		name: "Conv2d", in: smooth(1, 2, 5, 4), shape: []int{1, 4, 3, 2}, params: "weight", count: 36,
		layer: func(r *rng.Rand) nn.Layer {
			return nn.NewConv2d(r, 2, 4, 3, nn.ConvConfig{Stride: 2, Pad: 1, Groups: 2, NoBias: true})
		},
	})
	_ = register(sample{
		name: "Conv3d", in: smooth(1, 1, 3, 3, 3), shape: []int{1, 2, 2, 2, 2}, params: "weight bias", count: 18,
		layer: func(r *rng.Rand) nn.Layer { return nn.NewConv3d(r, 1, 2, 2, nn.ConvConfig{}) },
	})
	_ = register(sample{
		name: "GlobalAvgPool2d", layer: always(nn.GlobalAvgPool2d{}), in: smooth(2, 3, 2, 2), shape: []int{2, 3, 1, 1},
	})
	_ = register(sample{
		name: "Sequential", in: smooth(3, 4), shape: []int{3, 2}, params: "0.weight 0.bias 2.weight 2.bias", count: 37,
		layer: func(r *rng.Rand) nn.Layer {
			return nn.Sequential{nn.NewLinear(r, 4, 5), nn.Tanh{}, nn.NewLinear(r, 5, 2)}
		},
	})
)
