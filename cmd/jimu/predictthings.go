package main

import (
	"encoding/json"
	"fmt"

	photograph "github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
)

// detects reports whether the network finds things, as far as its name tells.
func (o *photosOptions) detects() bool {
	if _, _, ok := model.Find(o.model); !ok {
		return false
	}
	m, err := model.New(o.model, nil, model.Examples{}, json.RawMessage(o.config))
	if err != nil {
		return false
	}
	_, ok := m.(model.Detector)
	return ok
}

// detect says what is in photographs.
func (a *app) detect(files []string, o *predictOptions) error {
	family, v, _ := model.Find(o.photos.model)
	m, prepare, err := o.photos.load(family, v)
	if err != nil {
		return err
	}
	names := family.Classes
	if o.photos.labels != "" {
		if names, err = o.photos.names(0); err != nil {
			return err
		}
	}
	for _, file := range files {
		photo, things, err := look(m, prepare, file)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if err := a.answers([]recipe.Prediction{recipe.Sight(file, photo, things, names)}, nil, o); err != nil {
			return err
		}
	}
	return nil
}

func look(m nn.Layer, prepare model.Preprocess, file string) (photo *photograph.Picture, things []model.Detection, err error) {
	if photo, err = photograph.Open(file, photograph.Options{Channels: 3}); err != nil {
		return nil, nil, err
	}
	e := tensor.Catch(func() {
		p := nn.NewPass(nn.PassConfig{})
		defer p.Close()
		things = m.(model.Detector).Detect(p, p.Input(prepare.Apply(photo)))[0]
	})
	return photo, things, e
}
