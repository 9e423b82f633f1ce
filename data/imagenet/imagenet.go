// Package imagenet holds the 1000 classes of ImageNet's competition, in the order that published networks have.
package imagenet

import (
	_ "embed"
	"strings"
)

// names are those of torchvision 0.29 (torchvision/models/_meta.py, BSD 3-Clause License, copyright Soumith Chintala 2016),
// one a line: the first words for each class, in the order of the WordNet numbers n01440764 to n15075141.
//
//go:embed names.txt
var names string

// Names returns the English names of the classes, by number.
func Names() []string { return strings.Split(strings.TrimSuffix(names, "\n"), "\n") }
