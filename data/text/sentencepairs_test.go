package text

import (
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// documents has three, of 4, 1 and 3 sentences; sentence j of document d is the token 10d + j, twice.
func documents() (all [][][]int64) {
	for d, n := range []int{4, 1, 3} {
		var sentences [][]int64
		for j := range n {
			sentences = append(sentences, []int64{int64(10*d + j), int64(10*d + j)})
		}
		all = append(all, sentences)
	}
	return all
}

func TestSentencePairs(t *testing.T) {
	s := SentencePairs{Documents: documents()}
	if s.Len() != 5 {
		t.Fatalf("%d pairs", s.Len())
	}
	for _, i := range []int{-1, 5} {
		if err := tensor.Catch(func() { s.Pair(i, 1) }); err == nil {
			t.Errorf("there is a pair %d", i)
		}
	}
	follow, elsewhere := 0, map[int64]int{}
	const keys = 2000
	for k := range uint64(keys) {
		for i, want := range []int64{0, 1, 2, 20, 21} {
			a, b, class := s.Pair(i, rng.KeyOf(k).At(uint64(i)))
			switch {
			case a[0] != want:
				t.Fatalf("pair %d begins with %v", i, a)
			case class == 0 && b[0] != a[0]+1, class == 1 && b[0]/10 == a[0]/10:
				t.Fatalf("pair %d of class %d: %v, %v", i, class, a, b)
			case class == 0:
				follow++
			case i == 0:
				elsewhere[b[0]]++
			}
		}
	}
	if n := 5.0 * keys; math.Abs(float64(follow)-n/2) > 2*math.Sqrt(n) {
		t.Errorf("%d of %v follow", follow, n)
	}
	for _, id := range []int64{10, 20, 21, 22} {
		if n := elsewhere[id]; n < keys/8-100 || n > keys/8+100 {
			t.Errorf("sentence %d is drawn %d times of %d", id, n, keys/2)
		}
	}
}

func TestSwappedPairs(t *testing.T) {
	s := SentencePairs{Documents: documents(), Swap: true}
	swapped := false
	for k := range rng.Key(40) {
		a, b, class := s.Pair(4, k)
		if class == 1 && (a[0] != 22 || b[0] != 21) || class == 0 && (a[0] != 21 || b[0] != 22) {
			t.Fatalf("class %d: %v, %v", class, a, b)
		}
		swapped = swapped || class == 1
	}
	if !swapped {
		t.Error("none is swapped")
	}
	alone := SentencePairs{Documents: documents()[:1]}
	for k := range rng.Key(20) {
		if _, b, class := alone.Pair(1, k); class != 0 || b[0] != 2 {
			t.Errorf("without another document: %v, class %d", b, class)
		}
	}
}

func TestJoined(t *testing.T) {
	tokens, segments := Joined([]int64{5, 6, 7}, []int64{8}, 1, 2, 0)
	if !slices.Equal(tokens, []int64{1, 5, 6, 7, 2, 8, 2}) || !slices.Equal(segments, []int64{0, 0, 0, 0, 0, 1, 1}) {
		t.Errorf("%v, %v", tokens, segments)
	}
	for length, want := range map[int][]int64{6: {1, 5, 6, 2, 8, 2}, 4: {1, 5, 2, 2}, 2: {1, 2, 2}} {
		if tokens, _ := Joined([]int64{5, 6, 7}, []int64{8}, 1, 2, length); !slices.Equal(tokens, want) {
			t.Errorf("in %d tokens: %v", length, tokens)
		}
	}
}
