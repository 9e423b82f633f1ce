package sequential

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// inside is what a gated feed-forward block holds.
type inside struct {
	Hidden     int
	Activation string // a layer without hyperparameters; "" means the block's own
	Dropout    float64
}

// of returns the width of what comes in, and the activation, nil for the block's own.
func (c inside) of(b *builder) (width int, f nn.Layer, err error) {
	width, err = b.width()
	if err := errors.Join(err, positive("hidden", c.Hidden)); err != nil || c.Activation == "" {
		return width, nil, err
	}
	for _, t := range []map[string]row{activations, moreActivations} {
		if r, ok := t[c.Activation]; ok {
			f, err = r.make(b, nil, "")
			return width, f, err
		}
	}
	return width, nil, fmt.Errorf("activation: %w", noSuch(c.Activation))
}

var blocks = map[string]row{
	"gated_feed_forward": with(func(b *builder, c inside) (nn.Layer, error) {
		d, f, err := c.of(b)
		if err != nil {
			return nil, err
		}
		return nn.NewGatedFeedForward(b.rand, d, c.Hidden, nn.GatedConfig{Activation: f, Dropout: c.Dropout}), nil
	}),
	"squeeze_excitation": with(func(b *builder, c struct{ Hidden int }) (nn.Layer, error) {
		in, err := b.channels(2)
		return nn.NewSqueezeExcitation(b.rand, in, c.Hidden), errors.Join(err, positive("hidden", c.Hidden))
	}),
	"dense_block": with(func(b *builder, c struct {
		Layers, Growth, Bottleneck int
		Dropout                    float64
	},
	) (nn.Layer, error) {
		in, err := b.channels(2)
		if err := errors.Join(err, positive("layers", c.Layers), positive("growth", c.Growth)); err != nil {
			return nil, err
		}
		return nn.NewDenseBlock(b.rand, in, c.Layers, c.Growth, nn.DenseConfig{Bottleneck: c.Bottleneck, Dropout: c.Dropout}), nil
	}),
	"inverted_residual": with(func(b *builder, c struct{ Channels, Expand, Stride int }) (nn.Layer, error) {
		in, err := b.channels(2)
		if err := errors.Join(err, positive("channels", c.Channels)); err != nil {
			return nil, err
		}
		return nn.NewInvertedResidual(b.rand, in, c.Channels, nn.InvertedConfig{Expand: c.Expand, Stride: c.Stride}), nil
	}),
	"embedding_bag": with(func(b *builder, c struct {
		Width int
		Mode  string
		Skip  []int64
	},
	) (nn.Layer, error) {
		if b.tokens == 0 {
			return nil, errors.New("it takes tokens and gets numbers")
		}
		return nn.NewEmbeddingBag(b.rand, b.tokens, c.Width, op.BagConfig{Mode: op.BagMode(c.Mode), Skip: c.Skip}), positive("width", c.Width)
	}),
	"residual": {keys: []string{"layers", "shortcut"}, make: func(b *builder, keys map[string]json.RawMessage, path string) (nn.Layer, error) {
		of, err := branches(b, keys, path, []string{"layers", "shortcut"})
		if err != nil {
			return nil, err
		}
		l := &nn.Residual{Layer: of["layers"]}
		if s := of["shortcut"]; s != nil {
			l.Shortcut = s
		}
		if l.Layer == nil {
			return nil, errors.New("layers: want a list of layers")
		}
		return l, nil
	}},
	"parallel":        {keys: []string{"axis", "branches", "join"}, make: makeParallel},
	"weight_norm":     ofOne(func(_ *builder, l nn.Layer, weight *tensor.Param) nn.Layer { return nn.NewWeightNorm(l, weight) }),
	"weight_standard": ofOne(func(_ *builder, l nn.Layer, weight *tensor.Param) nn.Layer { return nn.NewWeightStandard(l, weight) }),
	"spectral_norm": ofOne(func(b *builder, l nn.Layer, weight *tensor.Param) nn.Layer {
		return nn.NewSpectralNorm(b.rand, l, weight)
	}),
}

// ofOne is the row of a layer that does something to the weight of another.
func ofOne(wrap func(b *builder, l nn.Layer, weight *tensor.Param) nn.Layer) row {
	return row{keys: []string{"of"}, make: func(b *builder, keys map[string]json.RawMessage, path string) (nn.Layer, error) {
		for key := range keys {
			if key != "of" {
				return nil, unknown(key, []string{"of"})
			}
		}
		before := *b
		l, err := b.one(keys["of"], path+".of")
		b.shape, b.tokens = before.shape, before.tokens
		if err != nil {
			return nil, err
		}
		for _, p := range nn.Params(l) {
			if p.Name == "weight" && p.Param.Value.Rank() > 1 {
				return wrap(b, l, p.Param), nil
			}
		}
		return nil, errors.New("of: want a layer with a weight, such as a linear one")
	}}
}

// branches makes lists of layers that all begin at the same place.
func branches(b *builder, keys map[string]json.RawMessage, path string, known []string) (map[string]nn.Layer, error) {
	made := map[string]nn.Layer{}
	for _, key := range known {
		raw, ok := keys[key]
		if !ok {
			continue
		}
		var list []json.RawMessage
		if err := json.Unmarshal(raw, &list); err != nil {
			return nil, fmt.Errorf("%s: want a list of layers", key)
		}
		before := *b
		m, err := b.all(list, path+"."+key)
		b.shape, b.tokens = before.shape, before.tokens
		if err != nil {
			return nil, err
		}
		made[key] = m
	}
	for key := range keys {
		if !slices.Contains(known, key) {
			return nil, unknown(key, known)
		}
	}
	return made, nil
}

func makeParallel(b *builder, keys map[string]json.RawMessage, path string) (nn.Layer, error) {
	var l nn.Parallel
	var lists []json.RawMessage
	for key, raw := range keys {
		to := map[string]any{"axis": &l.Axis, "branches": &lists, "join": &l.Join}[key]
		if to == nil {
			return nil, unknown(key, []string{"axis", "branches", "join"})
		}
		if err := json.Unmarshal(raw, to); err != nil {
			return nil, fmt.Errorf("%s: %s does not fit", key, raw)
		}
	}
	if len(lists) == 0 {
		return nil, errors.New("branches: want a list of lists of layers")
	}
	for i, list := range lists {
		name := fmt.Sprintf("branches[%d]", i)
		made, err := branches(b, map[string]json.RawMessage{name: list}, path, []string{name})
		if err != nil {
			return nil, err
		}
		l.Branches = append(l.Branches, made[name])
	}
	return &l, nil
}
