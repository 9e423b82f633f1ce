package kernel

import "testing"

// withSets runs f once with every instruction set that is available here, the generic one first.
func withSets(t *testing.T, f func(t *testing.T)) {
	for _, set := range Sets() {
		t.Run(set, func(t *testing.T) {
			defer Use(set)()
			f(t)
		})
	}
}

func TestProvide(t *testing.T) {
	before := implementations
	defer func() { implementations = before }()
	implementations = nil
	slot := func() string { return "generic" }
	say := func(s string) func() string { return func() string { return s } }
	provide("x", "avx512", true, &slot, say("avx512"))
	provide("x", "avx2", true, &slot, say("avx2"))
	provide("x", "avx512bf16", false, &slot, say("avx512bf16"))
	if got := slot(); got != "avx512" {
		t.Errorf("the best of the available sets is avx512, but %s is in use", got)
	}
	for _, set := range []string{"generic", "avx2", "avx512", "avx512bf16"} {
		restore := Use(set)
		want := set
		if set == "avx512bf16" {
			want = "avx512"
		}
		if got := slot(); got != want {
			t.Errorf("Use(%q): %s is in use, want %s", set, got, want)
		}
		restore()
	}
	if got := slot(); got != "avx512" {
		t.Errorf("after restore, %s is in use, want avx512", got)
	}
	inUse := ""
	for _, i := range Implementations() {
		if i.InUse {
			inUse += i.Kernel + ":" + i.Set + " "
		}
	}
	if inUse != "x:avx512 " {
		t.Errorf("in use %q, want x:avx512", inUse)
	}
}

func TestUseUnknown(t *testing.T) {
	defer func() {
		if _, ok := recover().(UnknownSet); !ok {
			t.Error("Use of an unknown set does not panic with an UnknownSet")
		}
	}()
	Use("avx9")
}
