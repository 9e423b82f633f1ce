package keras

import (
	"fmt"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// simple is what layers without parameters have in common.
type simple struct{}

func (simple) build(*rng.Rand, [][]int) {}
func (simple) weights() []slot          { return nil }

// pure is a layer that is a function of its inputs.
type pure func(p *nn.Pass, in []value) value

func (pure) build(*rng.Rand, [][]int) {}
func (pure) weights() []slot          { return nil }

func (f pure) forward(p *nn.Pass, in []value, _ call) []value { return []value{f(p, in)} }

// table holds the classes of layers that are known: what makes one of its hyperparameters. It is closed: a class that is
// not here is an error.
var table map[string]func(h *hyper) layer

func init() {
	table = map[string]func(h *hyper) layer{
		"InputLayer": newInput, "Masking": newMasking,

		"Dense": newDense, "EinsumDense": newEinsumDense, "Embedding": newEmbedding,
		"Conv1D": conv(1), "Conv2D": conv(2), "Conv3D": conv(3), "Convolution1D": conv(1), "Convolution2D": conv(2), "Convolution3D": conv(3),
		"Conv1DTranspose": convTranspose(1), "Conv2DTranspose": convTranspose(2), "Conv3DTranspose": convTranspose(3),
		"DepthwiseConv1D": depthwise(1), "DepthwiseConv2D": depthwise(2), "SeparableConv1D": separable(1), "SeparableConv2D": separable(2),

		"MaxPooling1D": pool(1, true), "MaxPooling2D": pool(2, true), "MaxPooling3D": pool(3, true),
		"AveragePooling1D": pool(1, false), "AveragePooling2D": pool(2, false), "AveragePooling3D": pool(3, false),
		"GlobalMaxPooling1D": globalPool(true), "GlobalMaxPooling2D": globalPool(true), "GlobalMaxPooling3D": globalPool(true),
		"GlobalAveragePooling1D": globalPool(false), "GlobalAveragePooling2D": globalPool(false), "GlobalAveragePooling3D": globalPool(false),

		"BatchNormalization": newBatchNorm, "LayerNormalization": newLayerNorm, "GroupNormalization": newGroupNorm,
		"UnitNormalization": newUnitNorm, "RMSNormalization": newRMSNorm, "Normalization": newNormalization, "Rescaling": newRescaling,

		"Activation": newActivation, "ReLU": newReLU, "LeakyReLU": newLeakyReLU, "PReLU": newPReLU, "ELU": newELU,
		"Softmax": newSoftmax, "ThresholdedReLU": newThresholded,

		"Dropout": newDropout, "SpatialDropout1D": newSpatialDropout, "SpatialDropout2D": newSpatialDropout, "SpatialDropout3D": newSpatialDropout,
		"GaussianNoise": newGaussianNoise, "GaussianDropout": newGaussianDropout, "AlphaDropout": newAlphaDropout,
		"ActivityRegularization": newIdentity, "Identity": newIdentity,

		"Flatten": newFlatten, "Reshape": newReshape, "Permute": newPermute, "RepeatVector": newRepeat,
		"ZeroPadding1D": padding(1), "ZeroPadding2D": padding(2), "ZeroPadding3D": padding(3),
		"Cropping1D": cropping(1), "Cropping2D": cropping(2), "Cropping3D": cropping(3),
		"UpSampling1D": upsampling(1), "UpSampling2D": upsampling(2), "UpSampling3D": upsampling(3),

		"Add": merge("Add"), "Subtract": merge("Subtract"), "Multiply": merge("Multiply"), "Average": merge("Average"),
		"Maximum": merge("Maximum"), "Minimum": merge("Minimum"), "Concatenate": newConcatenate, "Dot": newDot,

		"NotEqual": newNotEqual, "Any": newAny, // with which Keras 3 says what is padding

		"LSTM": recurrent("LSTM"), "GRU": recurrent("GRU"), "SimpleRNN": recurrent("SimpleRNN"),
		"CuDNNLSTM": recurrent("CuDNNLSTM"), "Bidirectional": newBidirectional, "TimeDistributed": newTimeDistributed,
		"MultiHeadAttention": newMultiHeadAttention, "Attention": newDotAttention, "AdditiveAttention": newAdditiveAttention,
		"AttentionWeightedAverage": newWeightedAverage, // of textgenrnn and DeepMoji
	}
}

// place makes the layer that a description is of; it has no parameters yet.
func place(d *description, old bool) (*placed, error) {
	l := &placed{Name: d.name(), class: d.ClassName}
	if d.isModel() {
		m, err := newModel(d, old)
		l.Layer = m
		return l, err
	}
	h := &hyper{values: d.Config, old: old}
	create, ok := table[d.ClassName]
	if !ok {
		return nil, fmt.Errorf("%w: %s", ErrLayer, d.ClassName)
	}
	l.Layer = create(h)
	if err := h.err(); err != nil {
		return nil, fmt.Errorf("layer %s (%s): %w", l.Name, d.ClassName, err)
	}
	return l, nil
}

func newInput(h *hyper) layer {
	l := &inputLayer{}
	shape := h.values["batch_shape"]
	if !h.has("batch_shape") {
		shape = h.values["batch_input_shape"]
	}
	if err := l.read(shape, h.text("dtype", "float32")); err != nil {
		h.errs = append(h.errs, err)
	}
	return l
}

func (l *inputLayer) forward(_ *nn.Pass, in []value, _ call) []value { return in }

// maxElements is the most elements that a parameter or a layer's result may have, so that no shape in a file overflows.
const maxElements = 1 << 36

// bounded panics with a [tensor.Error] if a shape has more elements than that.
func bounded(what string, shape ...int) {
	n := 1
	for _, d := range shape {
		if d > 0 && n > maxElements/d {
			panic(tensor.Errorf(what, "a shape of %v is too large", shape))
		}
		n *= max(d, 1)
	}
}

// fresh makes a parameter; without values, if r is nil.
func fresh(q *tensor.Param, init nn.Init, r *rng.Rand, shape ...int) {
	bounded("parameter", shape...)
	q.Value = init(r.Next(), shape...)
}
