package onnx

import (
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// An operator is one version of one operator of a domain.
type operator struct {
	since int64
	run   func(c *call) []*Value // nil: from this version on there is no such operator
}

type operatorKey struct{ domain, name string }

var operators = map[operatorKey][]operator{}

// register makes an operator of the standard domain known, from a version of the operator set on.
func register(name string, since int64, run func(c *call) []*Value) {
	registerIn("", name, since, run)
}

func registerIn(domain, name string, since int64, run func(c *call) []*Value) {
	key := operatorKey{domain, name}
	for _, o := range operators[key] {
		if o.since == since {
			panic(tensor.Errorf("register", "%s of version %d is there already", name, since))
		}
	}
	list := append(slices.Clone(operators[key]), operator{since, run})
	slices.SortFunc(list, func(a, b operator) int { return int(a.since - b.since) })
	operators[key] = list
}

// lookup returns the operator that a name stands for in a version of the operator set.
func lookup(domain, name string, version int64) (found operator, ok bool) {
	for _, o := range operators[operatorKey{domain, name}] {
		if o.since <= version {
			found = o
		}
	}
	return found, found.run != nil
}

// simple registers an operator of one tensor that gives one of the same type.
func simple(name string, since int64, f func(c *call, x *tensor.Tensor) *tensor.Tensor) {
	register(name, since, func(c *call) []*Value {
		x := c.value(0)
		return c.one(x.Type, f(c, c.x(0)))
	})
}
