package recipe

import (
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/model"
)

// elsewhere is what other frameworks call our keys.
var elsewhere = map[string]string{
	"learning_rate": "lr", "batch_size": "batch", "wd": "weight_decay", "l2": "weight_decay", "num_epochs": "epochs",
	"label_smoothing": "smoothing", "units": "hidden", "filters": "channels", "kernel_size": "size", "ema": "average",
}

// unknown is the error of a key that does not exist, with the nearest of those that do.
func unknown(path string, known []string) *Error {
	if n := nearest(path, known); n != "" {
		return errorf(path, "no such key; did you mean %s?", n)
	}
	last := path[strings.LastIndexByte(path, '.')+1:]
	if k, ok := elsewhere[last]; ok {
		last = k
	}
	for _, k := range known {
		if strings.HasSuffix(k, "."+last) { // the right key in the wrong place, or by its name elsewhere
			return errorf(path, "no such key; did you mean %s?", k)
		}
	}
	if section, _, inside := strings.Cut(path, "."); inside { // those beside it, if it has the right beginning
		beside := slices.DeleteFunc(slices.Clone(known), func(k string) bool { return !strings.HasPrefix(k, section+".") })
		if len(beside) > 0 {
			known = beside
		}
	}
	return errorf(path, "no such key; there are %s", strings.Join(known, ", "))
}

// noSuch is the error of a name that does not exist.
func noSuch(path, what, name string, known []string) *Error {
	all := "there are " + strings.Join(known, ", ")
	n := nearest(name, known)
	if k := translated(what, name, known); k != "" {
		n = k
	}
	for _, k := range known {
		// "flip" for horizontal_flip, or "random_rotation" for rotation
		if n == "" && len(name) > 2 && (strings.Contains(k, name) || strings.Contains(name, k)) {
			n = k
		}
	}
	if n != "" {
		return errorf(path, "no %s %q; did you mean %s? (%s)", what, name, n, all)
	}
	return errorf(path, "no %s %q; %s", what, name, all)
}

// nearest returns the known word that is most like w, or nothing if none is much like it.
func nearest(w string, known []string) string { return model.Nearest(w, known) }

// Nearest returns the word of a list that a misspelt one most likely stands for, or "" if none is like it.
func Nearest(word string, list []string) string { return nearest(word, list) }

func prefixed(path string, keys []string) []string {
	all := make([]string, len(keys))
	for i, k := range keys {
		all[i] = join(path, k)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
