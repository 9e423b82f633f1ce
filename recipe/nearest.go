package recipe

import (
	"slices"
	"strings"
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
	return errorf(path, "no such key; there are %s", strings.Join(known, ", "))
}

// noSuch is the error of a name that does not exist.
func noSuch(path, what, name string, known []string) *Error {
	all := "there are " + strings.Join(known, ", ")
	if n := nearest(name, known); n != "" {
		return errorf(path, "no %s %q; did you mean %s? (%s)", what, name, n, all)
	}
	return errorf(path, "no %s %q; %s", what, name, all)
}

// nearest returns the known word that is most like w, or nothing if none is much like it.
func nearest(w string, known []string) string {
	best, least := "", max(2, len(w)/3)+1
	for _, k := range known {
		if d := distance(w, k); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance returns how many letters must be put in, taken out, exchanged or swapped with their neighbours to make b of a.
func distance(a, b string) int {
	s, t := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	rows := make([][]int, len(s)+1)
	for i := range rows {
		rows[i] = make([]int, len(t)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(s); i++ {
		for j := 1; j <= len(t); j++ {
			change := 1
			if s[i-1] == t[j-1] {
				change = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(s)][len(t)]
}

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
