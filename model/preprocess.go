package model

import (
	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Preprocess says what a photograph becomes before a published network sees it: it is resized, its middle is cut out, and
// its bytes 0 to 255 become numbers. Weights give nonsense for pictures that were prepared in another way than those they
// were trained on.
//
//	y = (x · Scale − Mean) / Std    for each channel, in the order of the network's
//
// The zero value is that of most networks trained on ImageNet with PyTorch: of Photos with 256 pixels at the shorter side, the
// middle 224 × 224, divided by 255, with mean and standard deviation of ImageNet's pixels.
type Preprocess struct {
	Stretch   [2]int         // height and width that the whole photograph is stretched to, in place of Resize and Crop; not if 0
	Resize    int            // pixels of the shorter side; 256 if 0
	Crop      int            // height and width of what the network sees; 224 if 0
	Filter    picture.Filter // to resize by; bilinear if ""
	Scale     float64        // 1/255 if 0
	Mean, Std *[3]float64    // nil: ImageNet's, if Scale is 0, else 0 and 1
	BGR       bool           // channels in that order, as in Caffe
}

// imageNetMean and imageNetStd are of the pixels of ImageNet's photographs, red, green and blue, divided by 255.
func imageNetMean() *[3]float64 { return &[3]float64{0.485, 0.456, 0.406} }
func imageNetStd() *[3]float64  { return &[3]float64{0.229, 0.224, 0.225} }

// Pixels are the names of the ways in which bytes become numbers: see [Preprocess.As].
func Pixels() []string { return []string{"imagenet", "half", "caffe", "unit"} }

// As returns c with bytes made numbers in another way, by its name. It reports false if there is no such way.
//
//	imagenet   / 255, minus the mean of ImageNet's pixels, / their standard deviation: torchvision, most of timm
//	half       from −1 to 1: Inception, Keras's MobileNet, ViT as Google published it
//	caffe      blue, green, red, minus their means; not divided: Keras's VGG and ResNet
//	unit       / 255 and nothing else, which hardly any published weights want
func (c Preprocess) As(pixels string) (Preprocess, bool) {
	c.Scale, c.Mean, c.Std, c.BGR = 0, nil, nil, false
	switch pixels {
	case "imagenet":
	case "half":
		c.Mean, c.Std = Half(), Half()
	case "caffe":
		caffe := Caffe()
		c.Scale, c.Mean, c.BGR = caffe.Scale, caffe.Mean, caffe.BGR
	case "unit":
		c.Mean, c.Std = &[3]float64{}, &[3]float64{1, 1, 1}
	default:
		return c, false
	}
	return c, true
}

// Half is the mean, or the standard deviation, that brings pixels divided by 255 to numbers between −1 and 1.
func Half() *[3]float64 { return &[3]float64{0.5, 0.5, 0.5} }

// Caffe is how photographs are prepared for networks that came from Caffe, such as Keras's VGG and ResNet: blue before green
// before red, the mean of each taken away, and nothing divided.
func Caffe() Preprocess {
	return Preprocess{Scale: 1, Mean: &[3]float64{103.939, 116.779, 123.68}, BGR: true}
}

// Apply returns a photograph of 3 channels as a batch of one, [1 3 crop crop].
func (c Preprocess) Apply(photo *picture.Picture) *tensor.Tensor {
	if c.Resize == 0 {
		c.Resize = 256
	}
	if c.Crop == 0 {
		c.Crop = 224
	}
	e := picture.NewExample(photo)
	if c.Stretch != [2]int{} {
		picture.Resize{Height: c.Stretch[0], Width: c.Stretch[1], Filter: c.Filter}.Apply(e, rng.KeyOf(0))
		return c.numbers(e)
	}
	picture.Compose{
		picture.Resize{Height: c.Resize, Filter: c.Filter}, picture.CenterCrop{Height: c.Crop, Width: c.Crop},
	}.Apply(e, rng.KeyOf(0))
	return c.numbers(e)
}

// numbers returns the pixels as the network wants them. The arithmetic is in float32, in PyTorch's order.
func (c Preprocess) numbers(e *picture.Example) *tensor.Tensor {
	mean, std := c.Mean, c.Std
	if c.Scale == 0 && mean == nil {
		mean = imageNetMean()
	}
	if c.Scale == 0 && std == nil {
		std = imageNetStd()
	}
	n := e.Height * e.Width
	y := make([]float32, 3*n)
	for channel := range 3 {
		from, m, s := channel, float32(0), float32(1)
		if c.BGR {
			from = 2 - channel
		}
		if mean != nil {
			m = float32(mean[channel])
		}
		if std != nil {
			s = float32(std[channel])
		}
		for i, v := range e.Pix[from*n : (from+1)*n] {
			x := float32(v)
			if c.Scale == 0 {
				x /= 255
			} else {
				x *= float32(c.Scale)
			}
			y[channel*n+i] = (x - m) / s
		}
	}
	return tensor.Of(y, 1, 3, e.Height, e.Width)
}
