package recipe

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// augmented is what sets of pictures are asked for too: how to change their training examples.
type augmented struct {
	Augment []any // transforms in order, each an object with its name, or a bare name
}

// An augmentation changes one picture, or a batch of them.
type augmentation struct {
	one   picture.Transform
	batch picture.Mixer // if one is nil
}

// transform returns the row of a transform whose defaults are given.
func transform[T picture.Transform](name, about string, defaults T) row[augmentation] {
	return choose(name, about, defaults, func(t T) (augmentation, error) { return augmentation{one: t}, nil })
}

func mixer[T picture.Mixer](name, about string, defaults T) row[augmentation] {
	return choose(name, about, defaults, func(t T) (augmentation, error) { return augmentation{batch: t}, nil })
}

// augmentations are what data.augment may name. A hyperparameter that is 0 has the transform's default. All take a probability p; those
// that have none of their own are then applied by chance.
var augmentations = []row[augmentation]{
	transform("horizontal_flip", "mirrored from left to right", picture.HorizontalFlip{}),
	transform("vertical_flip", "mirrored from top to bottom", picture.VerticalFlip{}),
	transform("random_crop", "padded and cropped at a random place", picture.RandomCrop{}),
	transform("random_resized_crop", "a rectangle of random size and proportions, resized", picture.RandomResizedCrop{}),
	transform("center_crop", "the middle", picture.CenterCrop{}),
	transform("pad", "pixels added around", picture.Pad{}),
	transform("resize", "another size, by Pillow's filters", picture.Resize{}),
	transform("scale_jitter", "scaled by a random factor; end with random_crop", picture.ScaleJitter{}),
	transform("zoom_out", "on a larger canvas; end with resize", picture.ZoomOut{}),
	transform("rotation", "turned by up to some degrees", picture.Rotation{}),
	transform("affine", "turned, moved, scaled and sheared", picture.Affine{}),
	transform("perspective", "as if seen at an angle", picture.Perspective{}),
	transform("elastic", "distorted like rubber", picture.Elastic{}),
	transform("color_jitter", "brightness, contrast, saturation and hue by random factors", picture.ColorJitter{}),
	transform("photometric_distort", "color_jitter as SSD has it", picture.PhotometricDistort{}),
	transform("grayscale", "without color", picture.Grayscale{}),
	transform("channel_permutation", "channels in a random order", picture.ChannelPermutation{}),
	transform("sharpness", "sharper or softer", picture.Sharpness{Factor: 2}),
	transform("auto_contrast", "stretched to the full range", picture.AutoContrast{}),
	transform("equalize", "all values equally frequent", picture.Equalize{}),
	transform("invert", "a negative", picture.Invert{}),
	transform("solarize", "bright values inverted", picture.Solarize{}),
	transform("posterize", "few bits for each value", picture.Posterize{}),
	transform("gaussian_blur", "smoothed", picture.GaussianBlur{}),
	transform("gaussian_noise", "with normal noise", picture.GaussianNoise{}),
	transform("salt_and_pepper", "some pixels white or black", picture.SaltAndPepper{}),
	transform("erasing", "a random rectangle painted over", picture.Erasing{}),
	transform("clahe", "equalized part by part, with limited contrast", picture.CLAHE{}),
	transform("jpeg", "written as a JPEG file and read again", picture.JPEG{}),
	transform("cutout", "squares painted over", picture.Cutout{}),
	transform("auto_augment", "pairs of actions found by a search: imagenet, cifar10 or svhn", picture.AutoAugment{}),
	transform("rand_augment", "some of 14 actions, equally strong", picture.RandAugment{}),
	transform("trivial_augment_wide", "one of 14 actions, randomly strong", picture.TrivialAugmentWide{}),
	transform("augmix", "mixed with chains of actions", picture.AugMix{}),
	mixer("mixup", "each blended with another of its batch, targets too", picture.MixUp{}),
	mixer("cutmix", "a rectangle of another of its batch, targets by area", picture.CutMix{}),
}

const augmentPath = "data.augment"

// list returns the augmentations that the recipe names.
func (a augmented) list() ([]augmentation, error) {
	var all []augmentation
	for i, v := range a.Augment {
		path := fmt.Sprintf("%s[%d]", augmentPath, i)
		if name, bare := v.(string); bare {
			v = object{"name": name}
		}
		o, ok := v.(object)
		if !ok {
			return nil, errorf(path, "want an object in braces, such as {\"name\": \"horizontal_flip\"}, not %s", shown(v))
		}
		name, ok := o["name"].(string)
		if !ok {
			return nil, errorf(path+".name", "is missing; there are %s", strings.Join(namesOf(augmentations), ", "))
		}
		one, err := augmentationOf(path, name, o)
		if err != nil {
			return nil, err
		}
		if len(all) > 0 && all[len(all)-1].batch != nil {
			return nil, errorf(path, "%s stands behind one that mixes batches; let that be the last", name)
		}
		all = append(all, one)
	}
	return all, nil
}

func augmentationOf(path, name string, o object) (augmentation, error) {
	i := slices.IndexFunc(augmentations, func(r row[augmentation]) bool { return r.name == name })
	if i < 0 {
		return augmentation{}, noSuch(path+".name", "augmentation", name, namesOf(augmentations))
	}
	r, config := augmentations[i], maps.Clone(o)
	delete(config, "name")
	var often struct{ P float64 }
	if err := fill(&often, only(config, "p"), path); err != nil {
		return augmentation{}, err
	}
	if _, said := config["p"]; said && (often.P <= 0 || often.P > 1) {
		return augmentation{}, errorf(path+".p", "want a probability, above 0 and up to 1, not %v", often.P)
	}
	if slices.Contains(keys(r.config), "p") {
		return r.build(path, config)
	}
	delete(config, "p")
	made, err := r.build(path, config)
	if err == nil && often.P > 0 {
		made.one = picture.RandomApply{P: often.P, Of: []picture.Transform{made.one}}
	}
	return made, err
}

// apply returns the training set with its augmentations, or as it is if there are none. It tries them on the first examples, so that
// what does not fit is said before training begins.
func (a augmented) apply(train *data.Bytes, in *Inputs) (data.Set, error) {
	all, err := a.list()
	if err != nil || len(all) == 0 {
		return train, err
	}
	s := &picture.Augmented{Bytes: train, Classes: len(in.Classes)}
	var steps picture.Compose
	for _, one := range all {
		if one.batch != nil {
			s.Mixer = one.batch
		} else {
			steps = append(steps, one.one)
		}
	}
	s.Transform = steps
	return s, tried(s)
}

func tried(s *picture.Augmented) error {
	index := make([]int, min(4, s.Len()))
	for i := range index {
		index[i] = i
	}
	for key := range rng.Key(4) {
		var b data.Batch
		var err error
		if e := tensor.Catch(func() { b, err = s.Batch(index, key) }); e != nil {
			err = e
		}
		if err != nil {
			return errorf(augmentPath, "%v", err)
		}
		if c, h, w := s.Shape[0], s.Shape[1], s.Shape[2]; len(index) > 0 && (b.X.Dim(1) != c || b.X.Dim(2) != h || b.X.Dim(3) != w) {
			return errorf(augmentPath, "makes pictures of %v, and the model takes %v; end with {\"name\": \"resize\", \"height\": %d, \"width\": %d}", b.X.Shape()[1:], s.Shape, h, w)
		}
	}
	return nil
}

// takesProbabilities reports an objective that takes classes alone, where augmentation makes probabilities of them.
func (r *Recipe) takesProbabilities(train data.Set) error {
	b, err := train.Batch([]int{0}, 0)
	if err != nil {
		return err
	}
	if b.Y != nil && b.Y.Rank() == 2 && r.Objective.Name != "cross_entropy" {
		return errorf(augmentPath, "mixes classes, which %s does not take; use cross_entropy", r.Objective.Name)
	}
	return nil
}
