package sample

import (
	"fmt"
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/idx"
)

// FashionClasses are the names of the ten classes of Fashion-MNIST.
var FashionClasses = []string{
	"T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
}

// FashionMNIST returns a part of Fashion-MNIST: pictures [1 28 28] of clothing, with their classes. The training set is the
// first 600 of each class of the 60,000, the test set the first 100 of each class of the 10,000, both in the order of the
// original. Both are normalized by the mean and deviation of this training set. [Full] reads the whole.
func FashionMNIST() (train, test *data.Bytes, err error) {
	first := map[string]int{"train": 0, "t10k": 2} // of the files of a part: images, and labels behind them
	return pair(func(part string) (*data.Bytes, error) {
		images, err := array("fashion", first[part])
		if err != nil {
			return nil, err
		}
		labels, err := array("fashion", first[part]+1)
		if err != nil {
			return nil, err
		}
		return pictures(images, labels, len(FashionClasses))
	})
}

func array(set string, n int) (*idx.Array, error) {
	r, err := open(set, n)
	if err != nil {
		return nil, err
	}
	return idx.Read(r, sets[set][n])
}

// pair makes the parts "train" and "t10k" of a set, both normalized as the first.
func pair(part func(name string) (*data.Bytes, error)) (train, test *data.Bytes, err error) {
	if train, err = part("train"); err != nil {
		return nil, nil, err
	}
	if test, err = part("t10k"); err != nil {
		return nil, nil, err
	}
	train.Normalize()
	test.Mean, test.Deviation = slices.Clone(train.Mean), slices.Clone(train.Deviation)
	return train, test, nil
}

// pictures makes a set of images [n h w] and labels [n].
func pictures(images, labels *idx.Array, classes int) (*data.Bytes, error) {
	if len(images.Shape) != 3 || len(labels.Shape) != 1 || images.Shape[0] != labels.Shape[0] {
		return nil, fmt.Errorf("images of shape %v and labels of shape %v do not make a set", images.Shape, labels.Shape)
	}
	x, err := images.Uint8s()
	if err != nil {
		return nil, fmt.Errorf("images: %w", err)
	}
	y, err := labels.Int64s()
	if err != nil {
		return nil, fmt.Errorf("labels: %w", err)
	}
	for i, k := range y {
		if k < 0 || k >= int64(classes) {
			return nil, fmt.Errorf("labels: number %d is %d; there are %d classes", i, k, classes)
		}
	}
	s := &data.Bytes{Data: x, Shape: []int{1, images.Shape[1], images.Shape[2]}, Labels: y}
	return s, s.Check()
}
