package picture

import (
	"slices"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// AutoAugment applies one of 25 pairs of actions that a search found for a data set; each action has a probability and a strength of
// its own.
//
// The policies are those of the paper for ImageNet, CIFAR-10 and SVHN, with the strengths of torchvision.
//
// Cubuk, Zoph, Mané, Vasudevan and Le, AutoAugment: Learning Augmentation Policies from Data, 2018 (arXiv:1805.09501), tables 7, 8
// and 9.
type AutoAugment struct {
	Policy string // "imagenet" (if empty), "cifar10" or "svhn"
	Filter Filter // nearest if empty, or bilinear
	Fill   []int  // of each channel, 0 to 255; 0 if nil
}

// Apply changes e.
func (a AutoAugment) Apply(e *Example, key rng.Key) {
	policy, ok := policies[a.Policy]
	if !ok {
		panic(tensor.Errorf("AutoAugment", "no policy %q; there are imagenet, cifar10 and svhn", a.Policy))
	}
	s := key.Source()
	for _, step := range policy[s.Intn(len(policy))] {
		if s.Float64() < step.p {
			step.strength().do(e, s, step.level, 10, true, nearestUnless(a.Filter), a.Fill)
		}
	}
}

// A step is one action of a policy.
type step struct {
	action
	p     float64
	level int // of 10
}

func (t step) strength() strength {
	return usual[slices.IndexFunc(usual, func(s strength) bool { return s.action == t.action })]
}

var policies = map[string][][2]step{"": imagenet, "imagenet": imagenet, "cifar10": cifar10, "svhn": svhn}

var imagenet = [][2]step{
	{{posterize, 0.4, 8}, {rotate, 0.6, 9}},
	{{solarize, 0.6, 5}, {autocontrast, 0.6, 0}},
	{{equalize, 0.8, 0}, {equalize, 0.6, 0}},
	{{posterize, 0.6, 7}, {posterize, 0.6, 6}},
	{{equalize, 0.4, 0}, {solarize, 0.2, 4}},
	{{equalize, 0.4, 0}, {rotate, 0.8, 8}},
	{{solarize, 0.6, 3}, {equalize, 0.6, 0}},
	{{posterize, 0.8, 5}, {equalize, 1, 0}},
	{{rotate, 0.2, 3}, {solarize, 0.6, 8}},
	{{equalize, 0.6, 0}, {posterize, 0.4, 6}},
	{{rotate, 0.8, 8}, {saturate, 0.4, 0}},
	{{rotate, 0.4, 9}, {equalize, 0.6, 0}},
	{{equalize, 0, 0}, {equalize, 0.8, 0}},
	{{invert, 0.6, 0}, {equalize, 1, 0}},
	{{saturate, 0.6, 4}, {contrast, 1, 8}},
	{{rotate, 0.8, 8}, {saturate, 1, 2}},
	{{saturate, 0.8, 8}, {solarize, 0.8, 7}},
	{{sharpen, 0.4, 7}, {invert, 0.6, 0}},
	{{shearX, 0.6, 5}, {equalize, 1, 0}},
	{{saturate, 0.4, 0}, {equalize, 0.6, 0}},
	{{equalize, 0.4, 0}, {solarize, 0.2, 4}},
	{{solarize, 0.6, 5}, {autocontrast, 0.6, 0}},
	{{invert, 0.6, 0}, {equalize, 1, 0}},
	{{saturate, 0.6, 4}, {contrast, 1, 8}},
	{{equalize, 0.8, 0}, {equalize, 0.6, 0}},
}

var cifar10 = [][2]step{
	{{invert, 0.1, 0}, {contrast, 0.2, 6}},
	{{rotate, 0.7, 2}, {translateX, 0.3, 9}},
	{{sharpen, 0.8, 1}, {sharpen, 0.9, 3}},
	{{shearY, 0.5, 8}, {translateY, 0.7, 9}},
	{{autocontrast, 0.5, 0}, {equalize, 0.9, 0}},
	{{shearY, 0.2, 7}, {posterize, 0.3, 7}},
	{{saturate, 0.4, 3}, {brighten, 0.6, 7}},
	{{sharpen, 0.3, 9}, {brighten, 0.7, 9}},
	{{equalize, 0.6, 0}, {equalize, 0.5, 0}},
	{{contrast, 0.6, 7}, {sharpen, 0.6, 5}},
	{{saturate, 0.7, 7}, {translateX, 0.5, 8}},
	{{equalize, 0.3, 0}, {autocontrast, 0.4, 0}},
	{{translateY, 0.4, 3}, {sharpen, 0.2, 6}},
	{{brighten, 0.9, 6}, {saturate, 0.2, 8}},
	{{solarize, 0.5, 2}, {invert, 0, 0}},
	{{equalize, 0.2, 0}, {autocontrast, 0.6, 0}},
	{{equalize, 0.2, 0}, {equalize, 0.6, 0}},
	{{saturate, 0.9, 9}, {equalize, 0.6, 0}},
	{{autocontrast, 0.8, 0}, {solarize, 0.2, 8}},
	{{brighten, 0.1, 3}, {saturate, 0.7, 0}},
	{{solarize, 0.4, 5}, {autocontrast, 0.9, 0}},
	{{translateY, 0.9, 9}, {translateY, 0.7, 9}},
	{{autocontrast, 0.9, 0}, {solarize, 0.8, 3}},
	{{equalize, 0.8, 0}, {invert, 0.1, 0}},
	{{translateY, 0.7, 9}, {autocontrast, 0.9, 0}},
}

var svhn = [][2]step{
	{{shearX, 0.9, 4}, {invert, 0.2, 0}},
	{{shearY, 0.9, 8}, {invert, 0.7, 0}},
	{{equalize, 0.6, 0}, {solarize, 0.6, 6}},
	{{invert, 0.9, 0}, {equalize, 0.6, 0}},
	{{equalize, 0.6, 0}, {rotate, 0.9, 3}},
	{{shearX, 0.9, 4}, {autocontrast, 0.8, 0}},
	{{shearY, 0.9, 8}, {invert, 0.4, 0}},
	{{shearY, 0.9, 5}, {solarize, 0.2, 6}},
	{{invert, 0.9, 0}, {autocontrast, 0.8, 0}},
	{{equalize, 0.6, 0}, {rotate, 0.9, 3}},
	{{shearX, 0.9, 4}, {solarize, 0.3, 3}},
	{{shearY, 0.8, 8}, {invert, 0.7, 0}},
	{{equalize, 0.9, 0}, {translateY, 0.6, 6}},
	{{invert, 0.9, 0}, {equalize, 0.6, 0}},
	{{contrast, 0.3, 3}, {rotate, 0.8, 4}},
	{{invert, 0.8, 0}, {translateY, 0, 2}},
	{{shearY, 0.7, 6}, {solarize, 0.4, 8}},
	{{invert, 0.6, 0}, {rotate, 0.8, 4}},
	{{shearY, 0.3, 7}, {translateX, 0.9, 3}},
	{{shearX, 0.1, 6}, {invert, 0.6, 0}},
	{{solarize, 0.7, 2}, {translateY, 0.6, 7}},
	{{shearY, 0.8, 4}, {invert, 0.8, 0}},
	{{shearX, 0.7, 9}, {translateY, 0.8, 3}},
	{{shearY, 0.8, 5}, {autocontrast, 0.7, 0}},
	{{shearX, 0.7, 2}, {invert, 0.1, 0}},
}
