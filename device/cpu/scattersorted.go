package cpu

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// sortable reports whether it pays to sort the index: if whole rows are added that lie contiguously, to enough of them
// to share out among processors. Narrow rows are faster as they come, if there is nobody to share with.
func (g *picking) sortable() bool {
	least := 16
	if parallel.Threads() == 1 {
		least = 128
	}
	return g.outer == 1 && g.rest.shape[0] >= least && g.length >= 8 && len(g.index) >= 8 && g.rest.n*len(g.index) > grain &&
		g.rest.operand[0].stride[0] == 1 && g.rest.operand[1].stride[0] == 1
}

// scatterSorted goes through the index by destinations, and through the places of one in their order: so each row is
// added to while it is in the cache, by one processor, and the bits are those of going through the index as it is.
func scatterSorted[T kernel.Number](g *picking, add func(dst, a, b []T)) {
	b := pool.take(8 * len(g.index))
	defer pool.put(b)
	order := device.Elements[int64](b)[:len(g.index)]
	g.sort(order)
	x, y := memory[T](&g.few), memory[T](&g.many)
	width := g.rest.shape[0]
	var p piece
	from, to := g.rest.offset(0, &p), g.rest.offset(1, &p)
	parallel.For(len(order), max(1, grain/width), func(lo, hi int) {
		at := func(k int) int { return int(g.index[order[k]]) }
		for lo > 0 && lo < hi && at(lo) == at(lo-1) {
			lo++ // the block before goes on to the end of its last destination
		}
		for k := lo; k < len(order) && (k < hi || lo < hi && at(k) == at(k-1)); k++ {
			row := y[to+at(k)*g.jump:][:width]
			add(row, row, x[from+int(order[k])*g.step:][:width])
			kernel.Checkpoint()
		}
	})
}

// sort sets order to the places in the index by destination, those of one in their order.
func (g *picking) sort(order []int64) {
	length := g.length
	if length > 16*len(order) {
		for i := range order {
			order[i] = int64(i)
		}
		slices.SortStableFunc(order, func(i, j int64) int { return int(g.index[i] - g.index[j]) })
		return
	}
	b := pool.take(8 * (length + 1))
	defer pool.put(b)
	next := device.Elements[int64](b)[:length+1] // where the next place of each destination belongs
	clear(next)
	for _, j := range g.index {
		next[j+1]++
	}
	for j := range length {
		next[j+1] += next[j]
	}
	for i, j := range g.index {
		order[next[j]] = int64(i)
		next[j]++
	}
}
