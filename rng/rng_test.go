package rng_test

import (
	"encoding/json"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/rng"
)

func TestKnownAnswersOfPhilox(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/rng.golden"), "known/") {
		counter, key, want := c.Int64("counter"), c.Int64("key"), c.Int64("words")
		got := kernel.Philox4x32([4]uint32{uint32(counter[0]), uint32(counter[1]), uint32(counter[2]), uint32(counter[3])},
			[2]uint32{uint32(key[0]), uint32(key[1])})
		for i, w := range got {
			if w != uint32(want[i]) {
				t.Errorf("%s: word %d is %08x, want %08x", c.Name, i, w, want[i])
			}
		}
	}
	// The stream of key 0 begins with the first vector's words.
	if got := rng.KeyOf(0).Uint64At(0); got != 0xe169c58d6627e8d5 {
		t.Errorf("KeyOf(0).Uint64At(0) is %x", got)
	}
}

func TestPathsAndNumbersAreThoseOfTheDefinition(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/rng.golden"), "path/") {
		t.Run(c.Name, func(t *testing.T) {
			c := c.On(t)
			k := walk(t, c)
			if want := uint64(c.Int64("key")[0]); uint64(k) != want {
				t.Fatalf("key is %x, want %x", uint64(k), want)
			}
			for i, want := range c.Int64("uint64") {
				if got := k.Uint64At(uint64(i)); got != uint64(want) {
					t.Errorf("Uint64At(%d) is %x, want %x", i, got, uint64(want))
				}
				if got, want := k.Float64At(uint64(i)), c.Float64("float64")[i]; got != want {
					t.Errorf("Float64At(%d) is %v, want %v", i, got, want)
				}
				if got, want := k.IntnAt(uint64(i), 10), c.Int64("intn10")[i]; got != int(want) {
					t.Errorf("IntnAt(%d, 10) is %v, want %v", i, got, want)
				}
			}
			uniform := make([]float32, len(c.Float32("uniform")))
			if k.Uniform(uniform); !slices.Equal(uniform, c.Float32("uniform")) {
				t.Errorf("Uniform gives %v, want %v", uniform, c.Float32("uniform"))
			}
			for i, v := range k.Perm(10) {
				if want := c.Int64("perm")[i]; v != int(want) {
					t.Errorf("Perm(10)[%d] is %d, want %d", i, v, want)
				}
			}
		})
	}
}

// walk follows the attributes seed and path of a case.
func walk(t *testing.T, c *check.Case) rng.Key {
	var seed string
	var path []json.RawMessage
	c.Attr("seed", &seed)
	c.Attr("path", &path)
	u, err := strconv.ParseUint(seed, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	k := rng.KeyOf(u)
	for _, step := range path {
		var name string
		var i uint64
		if json.Unmarshal(step, &i) == nil {
			k = k.At(i)
		} else if err := json.Unmarshal(step, &name); err == nil {
			k = k.Child(name)
		} else {
			t.Fatal(err)
		}
	}
	return k
}

// The weights and data of the golden works come from this stream; see _golden/works.py.
func TestRecipeOfTheGoldenWorks(t *testing.T) {
	c := check.Golden(t, "../train/testdata/works.golden")["recipe"]
	signed := func(key uint64, scale float32) []float32 {
		u := make([]float32, 8)
		rng.KeyOf(key).Uniform(u)
		for i := range u {
			u[i] = scale * (2*u[i] - 1)
		}
		return u
	}
	if got, want := signed(1, float32(1/math.Sqrt(784))), c.Float32("mlp_weight"); !slices.Equal(got, want) {
		t.Errorf("weights are %v, want %v", got, want)
	}
	if got, want := signed(1000, 1), c.Float32("x"); !slices.Equal(got, want) {
		t.Errorf("x is %v, want %v", got, want)
	}
	u := make([]float32, len(c.Int64("target")))
	rng.KeyOf(1001).Uniform(u)
	for i, want := range c.Int64("target") {
		if got := int64(10 * float64(u[i])); got != want {
			t.Errorf("target %d is %d, want %d", i, got, want)
		}
	}
}

func TestChildrenDiffer(t *testing.T) {
	seen := map[rng.Key]string{}
	add := func(path string, k rng.Key) {
		if other, ok := seen[k]; ok {
			t.Errorf("%s and %s have one key", path, other)
		}
		seen[k] = path
	}
	for seed := range uint64(20) {
		k, s := rng.KeyOf(seed), strconv.Itoa(int(seed))
		add(s, k)
		for i := range uint64(200) {
			n := strconv.Itoa(int(i))
			add(s+" at "+n, k.At(i))
			add(s+" at high "+n, k.At(i<<32|1<<63))
			add(s+" "+n, k.Child(n))
			add(s+" layer."+n, k.Child("blocks."+n+".attn.query.weight"))
		}
		for _, name := range []string{"", "\x00", "\x00\x00", "ab", "12345678", "123456789", "12345678\x00"} {
			add(s+" "+strconv.Quote(name), k.Child(name))
		}
		add(s+" a/b", k.Child("a").Child("b"))
		add(s+" 12345678/9", k.Child("12345678").Child("9"))
	}
}

// fingerprint is what the numbers below add up to on every machine.
const fingerprint = 0x80bd3303469d369c

func TestSameSeedSameNumbersOnEveryMachine(t *testing.T) {
	h := fnv.New64a()
	put := func(v uint64) {
		for i := range 8 {
			h.Write([]byte{byte(v >> (8 * i))})
		}
	}
	for _, k := range []rng.Key{rng.KeyOf(1), rng.KeyOf(1).Child("weight"), rng.KeyOf(1).At(3)} {
		for i := range uint64(1000) {
			put(k.Uint64At(i))
		}
		x := make([]float32, 20001)
		for _, fill := range []func([]float32){k.Uniform, k.Normal} {
			fill(x)
			for _, v := range x {
				put(uint64(math.Float32bits(v)))
			}
		}
		for _, v := range k.Perm(1000) {
			put(uint64(v))
		}
	}
	if got := h.Sum64(); got != fingerprint {
		t.Errorf("fingerprint is %#x, want %#x", got, uint64(fingerprint))
	}
}

func TestSourceGoesOnFromASavedPosition(t *testing.T) {
	s := rng.KeyOf(5).Child("crop").Source()
	for range 7 {
		s.Uint64()
	}
	s.Normal()
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var again rng.Source
	if err := json.Unmarshal(b, &again); err != nil || again != *s {
		t.Fatalf("saved %+v, loaded %+v, %v", s, again, err)
	}
	r, r2 := rand.New(s), rand.New(&again)
	for range 100 {
		if a, b := r.NormFloat64(), r2.NormFloat64(); a != b {
			t.Fatalf("%v and %v after loading", a, b)
		}
	}
	if a, b := s.Normal(), again.Normal(); a != b || s.Intn(9) != again.Intn(9) || s.Float64() != again.Float64() {
		t.Error("sources differ after loading")
	}
}

func TestMisusePanicsWithAnError(t *testing.T) {
	k := rng.KeyOf(1)
	for name, f := range map[string]func(){
		"rng: IntnAt: n is 0, want n > 0":   func() { k.IntnAt(3, 0) },
		"rng: Intn: n is -1, want n > 0":    func() { k.Source().Intn(-1) },
		"rng: Perm: n is -1, want n ≥ 0":    func() { k.Perm(-1) },
		"rng: Shuffle: n is -2, want n ≥ 0": func() { k.Shuffle(-2, nil) },
	} {
		func() {
			defer func() {
				if e, ok := recover().(*rng.Error); !ok || e.Error() != name {
					t.Errorf("panics with %v, want %s", e, name)
				}
			}()
			f()
		}()
	}
	if len(k.Perm(0)) != 0 || k.Perm(1)[0] != 0 {
		t.Error("Perm of 0 or 1")
	}
}

func BenchmarkPerm60000(b *testing.B) {
	for b.Loop() {
		rng.KeyOf(1).Perm(60000)
	}
}

func BenchmarkNormal(b *testing.B) {
	x := make([]float32, 1<<16)
	b.SetBytes(4 << 16)
	for b.Loop() {
		rng.KeyOf(1).Normal(x)
	}
}

// A nil Rand hands out the key of no stream, which no seed and no path has.
func TestNothing(t *testing.T) {
	if k := (*rng.Rand)(nil).Next(); k != rng.Nothing {
		t.Errorf("a nil Rand gives the key %d", k)
	}
	if k := rng.KeyOf(uint64(rng.Nothing)); k == rng.Nothing {
		t.Error("a seed gives the key of no stream")
	}
}
