package vgg

import (
	"fmt"
	"strings"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// A place is where a layer with parameters stands, as Keras counts.
type place struct {
	block, conv int // of a convolution, from 1; 0 of a linear layer
	number      int // among the layers of its class, from 0
}

// Layouts returns how Keras's applications keep a network of these layers: by the names of the layers (files of Keras 2, models
// of Keras 3), by those that Keras 1 gave the variables (the published ImageNet files), and by the classes of the layers (weights
// of Keras 3). Photographs are prepared as in Caffe, for which the weights were trained.
func (m *Model) Layouts() []model.Layout {
	places := m.places()
	layout := func(name string, called func(p place, bias bool) string) model.Layout {
		caffe := model.Caffe()
		return model.Layout{
			Name: name, Marks: []string{called(place{1, 1, 0}, false)}, Preprocess: &caffe,
			Source: func(ours string) model.Source {
				layer, bias := strings.CutSuffix(ours, ".bias")
				layer = strings.TrimSuffix(layer, ".weight")
				p, ok := places[layer]
				if !ok { // the norms, which Keras's networks have not
					return model.Source{}
				}
				return model.Source{Names: []string{called(p, bias)}, Make: made(p, bias)}
			},
		}
	}
	return []model.Layout{
		layout("keras", func(p place, bias bool) string { return p.name() + one(bias, "/bias", "/kernel") }),
		layout("keras1", func(p place, bias bool) string { return p.name() + "/" + p.name() + one(bias, "_b_1", "_W_1") }),
		layout("keras3", func(p place, bias bool) string { return p.class() + one(bias, "/bias", "/kernel") }),
	}
}

// places returns where the layers stand, by our names.
func (m *Model) places() map[string]place {
	places, at := map[string]place{}, place{block: 1}
	for i, l := range m.Features {
		switch l.(type) {
		case *nn.Conv2d:
			at.conv++
			places[fmt.Sprint("features.", i)] = at
			at.number++
		case nn.MaxPool2d:
			at.block, at.conv = at.block+1, 0
		}
	}
	n := 0
	for i, l := range m.Classifier {
		if _, ok := l.(*nn.Linear); ok {
			places[fmt.Sprint("classifier.", i)] = place{number: n}
			n++
		}
	}
	return places
}

// name is what Keras calls the layer.
func (p place) name() string {
	if p.block > 0 {
		return fmt.Sprintf("block%d_conv%d", p.block, p.conv)
	}
	return []string{"fc1", "fc2", "predictions"}[p.number]
}

// class is what Keras 3 calls the layer in a file of weights.
func (p place) class() string {
	class := "dense"
	if p.block > 0 {
		class = "conv2d"
	}
	if p.number > 0 {
		class += fmt.Sprint("_", p.number)
	}
	return class
}

// made puts the axes of a variable into our order: Keras has [h w in out], and its first linear layer sees channels within
// pixels, where ours sees pixels within channels.
func made(p place, bias bool) func(in []*tensor.Tensor) *tensor.Tensor {
	switch {
	case bias:
		return nil
	case p.block > 0:
		return func(in []*tensor.Tensor) *tensor.Tensor { return in[0].Permute(3, 2, 0, 1) }
	case p.number > 0:
		return func(in []*tensor.Tensor) *tensor.Tensor { return in[0].Permute(1, 0) }
	}
	return func(in []*tensor.Tensor) *tensor.Tensor {
		rows, out := in[0].Dim(0), in[0].Dim(1)
		return in[0].Reshape(side, side, rows/(side*side), out).Permute(3, 2, 0, 1).Reshape(out, rows)
	}
}

func one(bias bool, yes, no string) string {
	if bias {
		return yes
	}
	return no
}
