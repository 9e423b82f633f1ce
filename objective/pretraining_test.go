package objective

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

var someLabels = tensor.Of([]int64{
	0, 2, -100, -100, 1, 0, 2, 2, 1, 0, -100, 1, -100, -100, -100, 1, 1, 1, 0, -100, 2, 2, 0, 1, 1, 2, -100,
}, 9, 3)

func ofTokens(name string) []misuse {
	return []misuse{
		{numbers(4, 2, 3), classes(3, 4, 3), name + ": logits float32 of shape [4 2 3] for labels int64 of shape [4 3]; want [… v] for integers […]"},
		{numbers(4, 2, 3), numbers(4, 2), name + ": logits float32 of shape [4 2 3] for labels float32 of shape [4 2]"},
	}
}

var _ = register(sample{
	name: "CausalLMLoss", objective: CausalLMLoss{}, prediction: numbers(9, 3, 3), target: someLabels,
	byHand: []byHand{
		{tensor.Concat(0, uneven, uneven.Flip(1), uneven), tensor.Of([]int64{2, 0, 2}), math.Ln2 + math.Ln2, 2},
		{tensor.Concat(0, uneven, uneven.Flip(1), uneven), tensor.Of([]int64{2, 0, -100}), math.Ln2, 1},
		{uneven, tensor.Of([]int64{1}, 1), 0, 0}, // nothing follows
	},
	misuse: append(ofTokens("CausalLM"),
		misuse{numbers(4, 2, 3), classes(4, 4, 2), "the class 3 is not among the 3"},
		misuse{numbers(0, 3), classes(3, 0), "labels of shape [0]; want some tokens"}),
	golden: "CausalLM", names: []string{"logits", "labels"},
	like: func(c *check.Case) Objective {
		if c.HasAttr("z_loss") {
			return CausalLMLoss{ZLoss: c.Float("z_loss")}
		}
		return CausalLMLoss{}
	},
})

var _ = register(sample{
	name: "CausalLMLoss/z-loss", objective: CausalLMLoss{ZLoss: 0.1}, prediction: numbers(9, 3, 3), target: someLabels,
	byHand: []byHand{{tensor.Concat(0, uneven, uneven), tensor.Of([]int64{2, 0}), math.Ln2 + 0.1*ln4*ln4, 1}},
})

var _ = register(sample{
	name: "MaskedLMLoss", objective: MaskedLMLoss{}, prediction: numbers(9, 3, 3), target: someLabels,
	byHand: []byHand{
		{tensor.Concat(0, uneven, uneven), tensor.Of([]int64{0, 1}), math.Ln2 + ln4, 2},
		{tensor.Concat(0, uneven, uneven), tensor.Of([]int64{-100, 1}), ln4, 1},
	},
	misuse: ofTokens("MaskedLM"), golden: "MaskedLM", names: []string{"logits", "labels"},
})

var _ = register(sample{
	name: "NextSentence", objective: Func(NextSentence), prediction: numbers(9, 2), target: classes(2, 9),
	byHand: []byHand{{tensor.Of([]float32{0, float32(math.Log(3))}, 1, 2), tensor.Of([]int64{0}, 1), ln4, 1}},
	misuse: []misuse{
		{numbers(4, 2), classes(2, 5), "NextSentence: logits float32 of shape [4 2] for labels int64 of shape [5]"},
		{numbers(4, 3), classes(2, 4), "NextSentence: logits of shape [4 3]; want two for each pair"},
	},
	golden: "NextSentence",
})

var _ = register(sample{
	name: "ReplacedTokensLoss", objective: ReplacedTokensLoss{}, prediction: numbers(9, 2),
	target: tensor.Of([]int64{0, 1, 1, -100, 0, 0, 0, 1, -100, -100, 1, 1, 0, 0, 0, 0, 1, -100}, 9, 2),
	byHand: []byHand{{tensor.Zeros(2, 2), tensor.Of([]int64{0, 1, -100, 1}, 2, 2), 3 * math.Ln2, 3}},
	misuse: []misuse{
		{numbers(4, 2), numbers(4, 2), "ReplacedTokens: labels of shape [4 2] are float32"},
		{numbers(4, 2), classes(2, 4), "ReplacedTokens: predictions of shape [4 2] and targets of shape [4] differ"},
	},
	golden: "ReplacedTokens",
})

// TestCorrupt: only hidden tokens change, guesses follow the model's probabilities, and right ones do not count as replaced.
func TestCorrupt(t *testing.T) {
	const n, v = 4000, 3
	p := []float64{0.5, 0.3, 0.2}
	z := make([]float32, n*v)
	input, labels := make([]int64, n), make([]int64, n)
	for i := range n {
		for k := range v {
			z[i*v+k] = float32(math.Log(p[k]) + 2)
		}
		input[i], labels[i] = 7, int64(i%v)
		if i%4 == 0 {
			input[i], labels[i] = 1, Unlabelled
		}
	}
	logits := tensor.Of(z, 1, n, v).Watch()
	x, r := ReplacedTokensLoss{}.Corrupt(logits, tensor.Of(input, 1, n), tensor.Of(labels, 1, n), 3)
	if x.NeedsGrad() || r.NeedsGrad() {
		t.Error("a draw has a gradient")
	}
	count := make([]float64, v)
	for i, id := range x.Ints() {
		switch {
		case labels[i] == Unlabelled:
			if id != 1 || r.Ints()[i] != 0 {
				t.Fatalf("token %d was not hidden, and is %d", i, id)
			}
			continue
		case (id != labels[i]) != (r.Ints()[i] == 1):
			t.Fatalf("token %d is %d for %d: replaced %d", i, id, labels[i], r.Ints()[i])
		}
		count[id]++
	}
	for k, c := range count {
		if d := 4 * math.Sqrt(3000*p[k]*(1-p[k])); math.Abs(c-3000*p[k]) > d {
			t.Errorf("token %d is drawn %v times of 3000, want %v ± %v", k, c, 3000*p[k], d)
		}
	}
}

func painted(o MaskedPatchesLoss) call {
	return func(in []*tensor.Tensor) Loss { return o.Loss(in[0], in[1], in[2]) }
}

var hiddenPatches = tensor.Of([]float32{0, 1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 1, 1}, 9, 2)

// patched is a sample of the masked autoencoder's objective.
func patched(name string, o MaskedPatchesLoss, values ...value) sample {
	return sample{
		name: name, loss: painted(o), in: list(numbers(9, 2, 3), numbers(9, 2, 3).Flip(2).Scale(0.7).AddScalar(0.2), hiddenPatches), free: 2, values: values,
		wrong: []wrong{
			{list(numbers(4, 2, 3), numbers(4, 2), numbers(4, 2)), "MaskedPatches: predictions of shape [4 2 3] and targets of shape [4 2] differ"},
			{list(numbers(4, 2, 3), numbers(4, 2, 3), numbers(4)), "MaskedPatches: a mask of shape [4] for patches of shape [4 2 3]"},
		},
	}
}

var patches = list(tensor.Of([]float32{0, 0, 1, 1}, 1, 2, 2), tensor.Of([]float32{5, 5, 2, 6}, 1, 2, 2), tensor.Of([]bool{false, true}, 1, 2))

var _ = register(func() sample {
	s := patched("MaskedPatchesLoss", MaskedPatchesLoss{}, value{patches, 1 + 25, 2})
	s.golden, s.names = "MaskedPatches", []string{"prediction", "target", "mask"}
	s.given = func(c *check.Case) call { return painted(MaskedPatchesLoss{Normalize: c.Bool("normalize")}) }
	return s
}())

var _ = register(func() sample {
	off := 2 / math.Sqrt(8+1e-6) // the target patch is ∓ this
	s := patched("MaskedPatchesLoss/normalized", MaskedPatchesLoss{Normalize: true}, value{patches, (1+off)*(1+off) + (1-off)*(1-off), 2})
	s.wrong = append(s.wrong, wrong{list(numbers(4, 2, 1), numbers(4, 2, 1), numbers(4, 2)), "patches of shape [4 2 1] have no variance"})
	return s
}())

// TestPatches: patches are those of transformers, and a picture that is no square is cut row by row.
func TestPatches(t *testing.T) {
	c := check.GoldenAll(t, "testdata")["Patches/plain"]
	check.Close(t, "patches", Patches(golden(c, "pixels"), 2).Floats(), c.Float32("patches"), 0)
	x := tensor.Arange(16).Cast(device.Float32).Reshape(1, 2, 2, 4)
	check.Close(t, "patches", Patches(x, 2).Floats(), []float32{0, 8, 1, 9, 4, 12, 5, 13, 2, 10, 3, 11, 6, 14, 7, 15}, 0)
	for _, s := range []int{0, 3} {
		if err := tensor.Catch(func() { Patches(x, s) }); err == nil {
			t.Errorf("patches of %d", s)
		}
	}
}

// TestHiddenPatches: the share is exact for each picture, what is shown is the rest, and pictures differ.
func TestHiddenPatches(t *testing.T) {
	mask, shown := HiddenPatches(20, 16, 0.75, 9)
	m, s := mask.Floats(), shown.Ints()
	same := true
	for i := range 20 {
		hidden := float32(0)
		for _, v := range m[i*16 : (i+1)*16] {
			hidden += v
		}
		if hidden != 12 || shown.Dim(1) != 4 {
			t.Fatalf("%v of 16 hidden, %d shown", hidden, shown.Dim(1))
		}
		for j, at := range s[i*4 : (i+1)*4] {
			if m[i*16+int(at)] != 0 || j > 0 && at <= s[i*4+j-1] {
				t.Fatalf("picture %d shows %v", i, s[i*4:(i+1)*4])
			}
			same = same && at == s[j]
		}
	}
	if same {
		t.Error("all pictures hide the same")
	}
	if err := tensor.Catch(func() { HiddenPatches(1, 4, 1.5, 0) }); err == nil {
		t.Error("a share of 1.5")
	}
}
