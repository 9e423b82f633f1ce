package data

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"testing"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// targets returns the targets of each batch, and the error that ended them.
func targets(batches iter.Seq2[Batch, error]) (all [][]int64, err error) {
	for b, err := range batches {
		if err != nil {
			return all, err
		}
		all = append(all, b.Y.Ints())
	}
	return all, nil
}

func mustTargets(t *testing.T, batches iter.Seq2[Batch, error]) [][]int64 {
	t.Helper()
	all, err := targets(batches)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func equal(a, b [][]int64) bool { return slices.EqualFunc(a, b, slices.Equal[[]int64]) }

func TestOrderIsAFunctionOfKeyAndEpoch(t *testing.T) {
	orders := map[string]bool{}
	for key := range rng.Key(3) {
		for epoch := range 3 {
			l := Loader{Set: numbered(t, 50), Key: key}
			order := l.Order(epoch)
			if again := (&Loader{Set: numbered(t, 50), Key: key, BatchSize: 7}).Order(epoch); !slices.Equal(order, again) {
				t.Errorf("key %d, epoch %d: two orders", key, epoch)
			}
			orders[string(bytesOf(order))] = true
			if slices.Sort(order); !slices.Equal(order, (&Loader{Set: l.Set, Ordered: true}).Order(epoch)) {
				t.Errorf("key %d, epoch %d: not every example once", key, epoch)
			}
		}
	}
	if len(orders) != 9 {
		t.Errorf("9 pairs of key and epoch give %d orders", len(orders))
	}
}

func bytesOf(order []int) (b []byte) {
	for _, i := range order {
		b = append(b, byte(i))
	}
	return b
}

func TestEveryExampleOnceInBatches(t *testing.T) {
	for _, c := range []struct {
		n, size int
		drop    bool
		want    []int
	}{
		{10, 4, false, []int{4, 4, 2}},
		{10, 4, true, []int{4, 4}},
		{8, 4, true, []int{4, 4}},
		{3, 0, false, []int{3}},
		{3, 32, true, nil},
		{0, 4, false, nil},
	} {
		l := Loader{Set: numbered(t, c.n), BatchSize: c.size, DropLast: c.drop, Key: 5}
		var sizes []int
		var all []int64
		for _, y := range mustTargets(t, l.Epoch(t.Context(), 3, 0)) {
			sizes, all = append(sizes, len(y)), append(all, y...)
		}
		if !slices.Equal(sizes, c.want) || l.Len() != len(c.want) {
			t.Errorf("%+v: batches of %v, Len %d", c, sizes, l.Len())
		}
		n := len(all)
		if slices.Sort(all); len(slices.Compact(all)) != n {
			t.Errorf("%+v: an example comes twice", c)
		}
	}
}

func TestPrefetchedBatchesEqualThoseOneByOne(t *testing.T) {
	one := Loader{Set: numbered(t, 103), BatchSize: 4, Key: 9, Prefetch: -1}
	want := mustTargets(t, one.Epoch(t.Context(), 2, 0))
	for _, ahead := range []int{0, 1, 7, 1000} {
		l := one
		l.Prefetch = ahead
		if got := mustTargets(t, l.Epoch(t.Context(), 2, 0)); !equal(got, want) {
			t.Errorf("%d ahead: other batches", ahead)
		}
	}
}

func TestEpochGoesOnFromABatch(t *testing.T) {
	for _, ahead := range []int{-1, 0, 5} {
		l := Loader{Set: numbered(t, 30), BatchSize: 4, Key: 1, Prefetch: ahead}
		whole := mustTargets(t, l.Epoch(t.Context(), 1, 0))
		for from := range len(whole) + 2 {
			if got := mustTargets(t, l.Epoch(t.Context(), 1, from)); !equal(got, whole[min(from, len(whole)):]) {
				t.Errorf("%d ahead, from batch %d: %v", ahead, from, got)
			}
		}
	}
}

func TestAugmentationIsKeyedByEpochAndExample(t *testing.T) {
	draw := func(l Loader, epoch, from int) map[int]rng.Key {
		keys := map[int]rng.Key{}
		var mu sync.Mutex
		l.Set = spy{l.Set, func(index []int, key rng.Key) {
			mu.Lock()
			defer mu.Unlock()
			for _, i := range index {
				keys[i] = key.At(uint64(i))
			}
		}}
		mustTargets(t, l.Epoch(t.Context(), epoch, from))
		return keys
	}
	l := Loader{Set: numbered(t, 20), BatchSize: 3, Key: 4}
	whole := draw(l, 1, 0)
	other := l
	other.BatchSize, other.Prefetch = 7, -1
	for _, keys := range []map[int]rng.Key{draw(l, 1, 4), draw(other, 1, 0)} {
		for i, k := range keys {
			if whole[i] != k {
				t.Errorf("example %d draws from %x, then from %x", i, whole[i], k)
			}
		}
	}
	if draw(l, 2, 0)[0] == whole[0] {
		t.Error("two epochs are augmented alike")
	}
}

// A broken set fails at one example.
type broken struct {
	Set
	at int
	f  func() error
}

func (s broken) Batch(index []int, key rng.Key) (Batch, error) {
	if slices.Contains(index, s.at) {
		if err := s.f(); err != nil {
			return Batch{}, err
		}
	}
	return s.Set.Batch(index, key)
}

func TestErrorsEndAnEpoch(t *testing.T) {
	gone := errors.New("the disk is gone")
	misuse := tensor.Errorf("MatMul", "no")
	for _, ahead := range []int{-1, 0, 9} {
		for want, f := range map[error]func() error{
			gone:   func() error { return gone },
			misuse: func() error { panic(misuse) },
		} {
			l := Loader{Set: broken{numbered(t, 40), 22, f}, BatchSize: 4, Ordered: true, Prefetch: ahead}
			got, err := targets(l.Epoch(t.Context(), 0, 0))
			if !errors.Is(err, want) || len(got) != 5 {
				t.Errorf("%d ahead: %d batches, then %v, want %v", ahead, len(got), err, want)
			}
		}
	}
}

func TestACancelledContextEndsAnEpoch(t *testing.T) {
	for _, ahead := range []int{-1, 0} {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		l := Loader{Set: numbered(t, 400), BatchSize: 4, Prefetch: ahead}
		n := 0
		var last error
		for _, err := range l.Epoch(ctx, 0, 0) {
			if last = err; err == nil {
				n++
			}
			cancel()
		}
		if !errors.Is(last, context.Canceled) || n > 5 {
			t.Errorf("%d ahead: %d batches, then %v", ahead, n, last)
		}
	}
}

func TestAnEpochCanBeLeft(t *testing.T) {
	l := Loader{Set: numbered(t, 400), BatchSize: 1, Prefetch: 3}
	for range 100 {
		for b, err := range l.Epoch(t.Context(), 0, 0) {
			if err != nil || b.Len() != 1 {
				t.Fatal(b, err)
			}
			break
		}
	}
}

// A set serves several loaders at once; the race detector watches.
func TestLoadersShareASet(t *testing.T) {
	for _, s := range []Set{numbered(t, 60), &Bytes{Data: make([]uint8, 60), Shape: []int{1}, Labels: make([]int64, 60)}, Range(numbered(t, 99), 5, 65)} {
		var all sync.WaitGroup
		for k := range rng.Key(4) {
			all.Go(func() {
				l := Loader{Set: s, BatchSize: 7, Key: k}
				if got, err := targets(l.Epoch(t.Context(), 0, 0)); err != nil || len(got) != 9 {
					t.Error(len(got), err)
				}
			})
		}
		all.Wait()
	}
}

func TestBatchesDrawsANewOrderEachTime(t *testing.T) {
	s, r := numbered(t, 50), rng.New(1)
	first := mustTargets(t, Batches(t.Context(), s, 50, r))
	second := mustTargets(t, Batches(t.Context(), s, 50, r))
	again := mustTargets(t, Batches(t.Context(), s, 50, rng.New(1)))
	if equal(first, second) || !equal(first, again) {
		t.Error("two epochs in one order, or one seed in two")
	}
}
