package keras

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// hyper are the hyperparameters of a layer, as its configuration gives them. What is asked for and is not there, or is of
// another kind, is noted, and said at the end.
type hyper struct {
	values map[string]json.RawMessage
	errs   []error
	old    bool // the dialect of Keras 2
}

func (h *hyper) note(key string, err error) {
	h.errs = append(h.errs, fmt.Errorf("%s: %w", key, err))
}

func (h *hyper) err() error { return errors.Join(h.errs...) }

// has reports whether a value is given, and not null.
func (h *hyper) has(key string) bool {
	v, ok := h.values[key]
	return ok && !bytes.Equal(v, []byte("null"))
}

func read[T any](h *hyper, key string, fallback T) T {
	if !h.has(key) {
		return fallback
	}
	var v T
	if err := json.Unmarshal(h.values[key], &v); err != nil {
		h.note(key, fmt.Errorf("%.60s is no %T", h.values[key], v))
		return fallback
	}
	return v
}

func (h *hyper) bool(key string, fallback bool) bool        { return read(h, key, fallback) }
func (h *hyper) float(key string, fallback float64) float64 { return read(h, key, fallback) }
func (h *hyper) text(key, fallback string) string           { return read(h, key, fallback) }
func (h *hyper) layer(key string) *description              { return read[*description](h, key, nil) }
func (h *hyper) floats(key string) []float64                { return flat(read[any](h, key, nil)) }

// must notes an error unless something is so.
func (h *hyper) must(ok bool, message string, args ...any) {
	if !ok {
		h.errs = append(h.errs, fmt.Errorf(message, args...))
	}
}

// count reads an integer that is 1 or more.
func (h *hyper) count(key string) int {
	n := read(h, key, 0)
	h.must(n > 0 && n <= 1<<30, "%s is %d", key, n)
	return max(n, 1)
}

// int reads an integer.
func (h *hyper) int(key string, fallback int) int {
	n := read(h, key, fallback)
	h.must(n >= -1<<30 && n <= 1<<30, "%s is %d", key, n)
	return n
}

// ints reads n integers, or one that stands for all of them.
func (h *hyper) ints(key string, n, fallback int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = fallback
	}
	if !h.has(key) {
		return list
	}
	var one int
	if json.Unmarshal(h.values[key], &one) == nil {
		for i := range list {
			list[i] = one
		}
	} else if v := read[[]int](h, key, nil); len(v) == n {
		copy(list, v)
	} else {
		h.note(key, fmt.Errorf("%.60s is no list of %d", h.values[key], n))
	}
	for _, v := range list {
		h.must(v >= 0 && v <= 1<<12, "%s is %d", key, list)
	}
	return list
}

// list reads integers, as many as there are.
func (h *hyper) list(key string) []int {
	var one int
	if h.has(key) && json.Unmarshal(h.values[key], &one) == nil {
		return []int{one}
	}
	v := read[[]int](h, key, nil)
	h.must(len(v) <= 8, "%s has %d numbers", key, len(v))
	return v
}

// pairs reads n pairs, or n numbers that stand for pairs, or one number.
func (h *hyper) pairs(key string, n int) [][2]int {
	list := make([][2]int, n)
	var pairs [][2]int
	if json.Unmarshal(h.values[key], &pairs) == nil && len(pairs) == n {
		for _, p := range pairs {
			h.must(min(p[0], p[1]) >= 0 && max(p[0], p[1]) <= 1<<12, "%s is %v", key, pairs)
		}
		return pairs
	}
	if n == 1 {
		for i, v := range h.ints(key, 2, 1) {
			list[0][i] = v
		}
		return list
	}
	for i, v := range h.ints(key, n, 1) {
		list[i] = [2]int{v, v}
	}
	return list
}

// oneOf reads a text that is one of some; the first is the fallback.
func (h *hyper) oneOf(key string, allowed ...string) string {
	v := h.text(key, allowed[0])
	for _, a := range allowed {
		if v == a {
			return v
		}
	}
	h.errs = append(h.errs, fmt.Errorf("%s is %q; known are %s", key, v, strings.Join(allowed, ", ")))
	return allowed[0]
}

// flat returns the numbers in lists of lists of them.
func flat(v any) (all []float64) {
	switch v := v.(type) {
	case float64:
		return []float64{v}
	case []any:
		for _, x := range v {
			all = append(all, flat(x)...)
		}
	}
	return all
}
