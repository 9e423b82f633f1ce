package main

import (
	"fmt"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/model/resnet"
	"github.com/jimu-ml/jimu/model/vgg"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
)

// visionWorks are networks of 1000 classes on pictures of 224×224: answers to one picture and to eight, and training steps
// with eight. ResNet answers with its norms folded into its convolutions.
var visionWorks = []work{
	pictures("vgg16", 1, vgg16), pictures("vgg16", 8, vgg16), pictures("resnet50", 1, folded50), pictures("resnet50", 8, folded50),
	pictureStep("vgg16step", vgg16), pictureStep("resnet50step", resnet50),
}

func vgg16() (nn.Layer, error) { return vgg.New(rng.New(0), 3, 1000, vgg.Config{}) }

func resnet50() (nn.Layer, error) { return resnet.New(rng.New(0), 3, 1000, resnet.Config{}) }

func folded50() (nn.Layer, error) {
	m, err := resnet.New(rng.New(0), 3, 1000, resnet.Config{})
	return m.Folded(), err
}

// pictures is what a network answers to a batch; name is that of a batch of one.
func pictures(name string, batch int, model func() (nn.Layer, error)) work {
	if batch > 1 {
		name += fmt.Sprintf("b%d", batch)
	}
	return work{name, "samples/s", float64(batch), func(d device.Device) func() error {
		m, err := model()
		if err != nil {
			return func() error { return err }
		}
		return answerOf(d, m, batch, 3, 224, 224)
	}}
}

// answerOf returns a run of a compiled model, on one batch of random numbers.
func answerOf(d device.Device, m nn.Layer, shape ...int) func() error {
	m, x := place(m, d), normal(3, shape...).To(d)
	c, err := nn.Compile(m, x)
	if err != nil {
		return func() error { return err }
	}
	y := c.Run(x)
	return func() error {
		c.RunInto(y, x)
		return nil
	}
}

func pictureStep(name string, model func() (nn.Layer, error)) work {
	const batch = 8
	return work{name, "samples/s", batch, func(d device.Device) func() error {
		m, err := model()
		if err != nil {
			return func() error { return err }
		}
		return classifierStep(d, m, 1000, optim.SGD{LR: 0.01, Momentum: 0.9}, batch, 3, 224, 224)
	}}
}
