package recipe

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// differing returns the path of the first value in which two recipes differ, and with what each is: "with 0.1", "without it".
func differing(a, b object) (path, x, y string) {
	for _, section := range sections {
		if same(a[section], b[section]) {
			continue
		}
		inA, isA := a[section].(object)
		inB, isB := b[section].(object)
		if !isA || !isB || isPart(section) && inA[head(section)] != inB[head(section)] {
			return section, said(a[section]), said(b[section])
		}
		all := maps.Clone(inA)
		maps.Copy(all, inB)
		for _, key := range slices.Sorted(maps.Keys(all)) {
			if !same(inA[key], inB[key]) {
				return join(section, key), said(inA[key]), said(inB[key])
			}
		}
	}
	return "", "with another recipe", "with this one"
}

func same(v, w any) bool {
	a, errA := json.Marshal(v)
	b, errB := json.Marshal(w)
	return errA == nil && errB == nil && bytes.Equal(a, b)
}

func said(v any) string {
	if v == nil {
		return "without it"
	}
	return "with " + shown(v)
}
