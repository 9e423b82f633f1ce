package nn_test

import (
	"math"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// overSequences are the first words of the samples of layers over sequences.
const overSequences = " RNN LSTM GRU RNNCell LSTMCell GRUCell ConvLSTM Attention MultiHeadAttention TransformerBlock FeedForward GatedFeedForward TransformerEncoderLayer " +
	"TransformerEncoder TransformerDecoderLayer TransformerDecoder Transformer MixtureOfExperts AttentionPool AdditiveAttention " +
	"MultiplicativeAttention LearnedPositions SinusoidalPositions Rotary "

// TestSequencesElsewhere runs the layers over sequences in bfloat16, with gradients, and compiled: near what they give
// otherwise.
func TestSequencesElsewhere(t *testing.T) {
	for _, s := range samples {
		first, _, _ := strings.Cut(s.name, "/")
		if !strings.Contains(overSequences, " "+first+" ") {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			l := s.layer(rng.New(1))
			want := evaluate(l, s.in)
			params := nn.Params(l)
			p := nn.NewPass(nn.PassConfig{Watch: params, Precision: device.BFloat16})
			defer p.Close()
			y := l.Forward(p, s.in.Cast(device.BFloat16)).Cast(device.Float32)
			if off := y.Sub(want).Norm().Item() / want.Norm().Item(); !(off < 0.05) {
				t.Errorf("in bfloat16 off by %.3f", off)
			}
			if len(params) > 0 {
				for x, g := range autograd.Backward(y.Square().Sum()) {
					if n := g.Norm().Item(); math.IsNaN(n) || g.DType() != x.DType() {
						t.Errorf("a gradient in bfloat16 is %s with norm %g", g.DType(), n)
					}
				}
			}
			m, err := nn.Compile(l, s.in)
			if err != nil {
				t.Fatal(err)
			}
			check.Close(t, "compiled", m.Run(s.in).Floats(), want.Floats(), 1e-5)
		})
	}
}

// TestLengthsCompiled: the lengths of sequences are an input of a compiled model, and no part of it.
func TestLengthsCompiled(t *testing.T) {
	l := nn.NewLSTM(rng.New(1), 2, 3, nn.RecurrentConfig{Layers: 2, Bidirectional: true})
	run := func(p *nn.Pass, x []*tensor.Tensor) *tensor.Tensor {
		_, last := l.Run(p, x[0], x[1], nn.RecurrentState{})
		return last.Cell
	}
	x := smooth(2, 4, 2)
	m, err := nn.Compiler{}.CompileFunc(nn.Params(l), run, x, tensor.Of([]int64{4, 4}))
	if err != nil {
		t.Fatal(err)
	}
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	lengths := tensor.Of([]int64{1, 3})
	check.Close(t, "cells", m.Run(x, lengths).Floats(), run(p, []*tensor.Tensor{x, lengths}).Floats(), 1e-6)
}
