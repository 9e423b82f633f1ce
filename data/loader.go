package data

import (
	"context"
	"iter"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Loader makes batches of a set, epoch after epoch. Which examples a batch holds is a pure function of (Key, epoch,
// batch), so that its whole state is two numbers.
type Loader struct {
	Set       Set
	BatchSize int     // 32 if 0
	Key       rng.Key // of the order and the augmentation
	Ordered   bool    // as the set is, instead of shuffled
	DropLast  bool    // leave out a last batch that is not full
	Prefetch  int     // batches made ahead on other goroutines; 2 if 0, none if negative
	Sampler   Sampler // of the examples of an epoch; nil: every one once
	Batcher   Batcher // of batches that are not all of BatchSize; nil: they are
}

// Len returns the number of batches in an epoch.
func (l *Loader) Len() int {
	if l.Batcher != nil {
		return len(l.Plan(0))
	}
	n, size := l.Set.Len(), l.size()
	if l.Sampler != nil {
		n = l.Sampler.Len()
	}
	if l.DropLast {
		return n / size
	}
	return (n + size - 1) / size
}

func (l *Loader) size() int {
	if l.BatchSize <= 0 {
		return 32
	}
	return l.BatchSize
}

// Order returns the positions of the examples in the order that an epoch takes them.
func (l *Loader) Order(epoch int) []int {
	if l.Sampler != nil {
		return l.Sampler.Order(l.Key.Child("order").At(uint64(epoch)))
	}
	if l.Ordered {
		order := make([]int, l.Set.Len())
		for i := range order {
			order[i] = i
		}
		return order
	}
	return l.Key.Child("order").At(uint64(epoch)).Perm(l.Set.Len())
}

// Plan returns the positions of the examples of each batch of an epoch.
func (l *Loader) Plan(epoch int) [][]int {
	order := l.Order(epoch)
	if l.Batcher != nil {
		return l.Batcher.Batches(order, l.Key.Child("batches").At(uint64(epoch)))
	}
	plan, size := make([][]int, l.Len()), l.size()
	for i := range plan {
		plan[i] = order[i*size : min((i+1)*size, len(order))]
	}
	return plan
}

// Epoch returns the batches of an epoch, from a batch on: to go on where a run stopped, or 0.
//
// It stops at the first error, which may be that of the context.
func (l *Loader) Epoch(ctx context.Context, epoch, from int) iter.Seq2[Batch, error] {
	plan := l.Plan(epoch)
	key := l.Key.Child("augment").At(uint64(epoch))
	make := func(i int) (Batch, error) {
		if err := ctx.Err(); err != nil {
			return Batch{}, err
		}
		return batch(l.Set, plan[i], key)
	}
	if l.Prefetch < 0 {
		return oneByOne(make, from, len(plan))
	}
	ahead := l.Prefetch
	if ahead == 0 {
		ahead = 2
	}
	return prefetched(make, from, len(plan), ahead)
}

// batch is Set.Batch with a misuse of tensors as an error: on another goroutine nobody could catch the panic.
func batch(s Set, index []int, key rng.Key) (b Batch, err error) {
	if e := tensor.Catch(func() { b, err = s.Batch(index, key) }); e != nil {
		return Batch{}, e
	}
	return b, err
}

func oneByOne(make func(int) (Batch, error), from, to int) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		for i := from; i < to; i++ {
			b, err := make(i)
			if !yield(b, err) || err != nil {
				return
			}
		}
	}
}

// prefetched makes up to ahead batches at once, and yields them in order.
func prefetched(build func(int) (Batch, error), from, to, ahead int) iter.Seq2[Batch, error] {
	type result struct {
		batch Batch
		err   error
	}
	return func(yield func(Batch, error) bool) {
		queue := make(chan chan result, ahead)
		stop := make(chan struct{})
		defer close(stop)
		go func() {
			defer close(queue)
			for i := from; i < to; i++ {
				done := make(chan result, 1)
				select {
				case queue <- done:
				case <-stop:
					return
				}
				go func() {
					b, err := build(i)
					done <- result{b, err}
				}()
			}
		}()
		for done := range queue {
			r := <-done
			if !yield(r.batch, r.err) || r.err != nil {
				return
			}
		}
	}
}

// Batches returns one epoch of batches of a set, in a random order drawn from r.
func Batches(ctx context.Context, s Set, size int, r *rng.Rand) iter.Seq2[Batch, error] {
	l := Loader{Set: s, BatchSize: size, Key: r.Next()}
	return l.Epoch(ctx, 0, 0)
}
