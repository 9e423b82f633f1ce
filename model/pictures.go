package model

import (
	"encoding/json"
	"fmt"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
)

// Photos returns the examples of ImageNet's competition, for which most networks for pictures are published: colour pictures
// of that height and width, and 1000 classes.
func Photos(side int) Examples { return Examples{Input: []int{3, side, side}, Outputs: 1000} }

// Picture returns an error unless the examples are pictures [c h w] of at least that height and width.
func (e Examples) Picture(least int) error {
	if len(e.Input) != 3 || e.Tokens > 0 {
		return fmt.Errorf("examples of shape %v are no pictures [c h w]", e.Input)
	}
	if h, w := e.Input[1], e.Input[2]; min(h, w) < least {
		return fmt.Errorf("pictures of %d×%d are too small; want %d×%d or more", h, w, least, least)
	}
	return nil
}

// BuildPictures returns the Build of a family for pictures of at least that height and width, below which one of its layers
// would see nothing: it reads the configuration and refuses other examples.
func BuildPictures[C any, M nn.Layer](least int, build func(r *rng.Rand, channels, out int, c C) (M, error)) func(*rng.Rand, Examples, json.RawMessage) (nn.Layer, error) {
	return func(r *rng.Rand, of Examples, text json.RawMessage) (nn.Layer, error) {
		var c C
		if err := Decode(text, &c); err != nil {
			return nil, err
		}
		if err := of.Picture(least); err != nil {
			return nil, err
		}
		return build(r, of.Input[0], of.Outputs, c)
	}
}
