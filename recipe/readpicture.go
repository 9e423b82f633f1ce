package recipe

import (
	"errors"
	"fmt"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/picture"
)

// Pictures says how pictures [c h w] become inputs: x = (byte/255 − Mean[c]) / Deviation[c].
type Pictures struct {
	Mean      []float32 `json:"mean"`
	Deviation []float32 `json:"deviation"`
}

// Check reports what cannot be.
func (r *Pictures) Check(in *Inputs) error {
	if len(in.Shape) != 3 || len(r.Mean) != in.Shape[0] || len(r.Deviation) != in.Shape[0] {
		return errors.New("it does not say what the pictures are")
	}
	return nil
}

// Read reads a picture's file.
func (r *Pictures) Read(in *Inputs, q Question) (data.Set, []string, error) {
	if q.File == "" {
		return nil, nil, errors.New("this model takes pictures: PNG, JPEG and GIF files")
	}
	path := q.File
	p, err := picture.Open(path, picture.Options{Channels: in.Shape[0], Height: in.Shape[1], Width: in.Shape[2]})
	if err != nil {
		return nil, nil, fmt.Errorf("%w; this model takes PNG, JPEG and GIF files", err)
	}
	return &data.Bytes{
		Data: p.Planes(), Shape: in.Shape, Labels: []int64{0}, Mean: r.Mean, Deviation: r.Deviation,
	}, []string{path}, nil
}
