// Package all makes every family of architectures known to package model, as imports.
package all

import (
	_ "github.com/jimu-ml/jimu/model/alexnet"
	_ "github.com/jimu-ml/jimu/model/bagofwords"
	_ "github.com/jimu-ml/jimu/model/bert"
	_ "github.com/jimu-ml/jimu/model/convnet"
	_ "github.com/jimu-ml/jimu/model/convnext"
	_ "github.com/jimu-ml/jimu/model/densenet"
	_ "github.com/jimu-ml/jimu/model/efficientnet"
	_ "github.com/jimu-ml/jimu/model/fttransformer"
	_ "github.com/jimu-ml/jimu/model/gpt"
	_ "github.com/jimu-ml/jimu/model/inception"
	_ "github.com/jimu-ml/jimu/model/kan"
	_ "github.com/jimu-ml/jimu/model/lenet"
	_ "github.com/jimu-ml/jimu/model/llama"
	_ "github.com/jimu-ml/jimu/model/mixer"
	_ "github.com/jimu-ml/jimu/model/mlp"
	_ "github.com/jimu-ml/jimu/model/mobilenet"
	_ "github.com/jimu-ml/jimu/model/regnet"
	_ "github.com/jimu-ml/jimu/model/resnet"
	_ "github.com/jimu-ml/jimu/model/sequential"
	_ "github.com/jimu-ml/jimu/model/shufflenet"
	_ "github.com/jimu-ml/jimu/model/squeezenet"
	_ "github.com/jimu-ml/jimu/model/tabresnet"
	_ "github.com/jimu-ml/jimu/model/unet"
	_ "github.com/jimu-ml/jimu/model/vgg"
)
