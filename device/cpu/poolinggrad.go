package cpu

import (
	"math"

	"github.com/jimu-ml/jimu/internal/kernel"
)

// channels returns the channels at a position of an image.
func (p *pooling[T]) channels(data []T, m *image, n int, at [3]int) []T {
	i := m.at(n, at)
	return data[i : i+p.c]
}

func (p *pooling[T]) winners(n int, at [3]int) []uint8 {
	i := p.mark.at(n, at)
	return p.winner[i : i+p.c]
}

// max sets a position of the small image to the largest element in its window; −∞ where that is all padding.
func (p *pooling[T]) max(n int, at [3]int) {
	y := p.channels(p.y, &p.small, n, at)
	var winner []uint8
	if p.winner != nil {
		winner = p.winners(n, at)
		clear(winner)
	}
	first := true
	p.taps(at, func(q [3]int, number int) {
		x := p.channels(p.x, &p.large, n, q)
		switch {
		case first:
			copy(y, x)
			kernel.Fill(winner, uint8(number))
		case winner != nil:
			kernel.MaximumAt(y, winner, x, uint8(number))
		default:
			p.larger(y, y, x)
		}
		first = false
	})
	if first {
		kernel.Fill(y, T(math.Inf(-1)))
	}
}

// maxGrad sets a position of the large image to the sum over the windows in which it is the winner.
func (p *pooling[T]) maxGrad(n int, at [3]int) {
	dx := p.channels(p.x, &p.large, n, at)
	clear(dx)
	p.cover(at, func(q [3]int, number int) {
		kernel.AddAt(dx, p.channels(p.y, &p.small, n, q), p.winners(n, q), uint8(number))
	})
}

// mean sets a position of the small image to the mean of its window; 0 where that is all padding.
func (p *pooling[T]) mean(n int, at [3]int) {
	y := p.channels(p.y, &p.small, n, at)
	clear(y)
	p.taps(at, func(q [3]int, _ int) { p.add(y, y, p.channels(p.x, &p.large, n, q)) })
	p.scale(y, y, p.share(at))
}

// meanGrad sets a position of the large image to the sum of its shares in the windows that cover it.
func (p *pooling[T]) meanGrad(n int, at [3]int) {
	dx := p.channels(p.x, &p.large, n, at)
	clear(dx)
	p.cover(at, func(q [3]int, _ int) { p.accumulate(dx, p.channels(p.y, &p.small, n, q), p.share(q)) })
}

// share returns the part that each element of a window has in its mean.
func (p *pooling[T]) share(at [3]int) T {
	count := 1
	for k := range at {
		count *= p.counted(k, at[k])
	}
	return 1 / T(max(count, 1))
}

// counted returns how many elements along axis k of the window at a position count.
func (p *pooling[T]) counted(k, at int) int {
	if p.padded {
		return p.size[k]
	}
	n := 0
	for i := range p.size[k] {
		if q := at*p.stride[k] - p.pad[k] + i*p.dilation[k]; q >= 0 && q < p.large.size[k] {
			n++
		}
	}
	return n
}
