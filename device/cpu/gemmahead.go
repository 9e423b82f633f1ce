package cpu

import (
	"unsafe"

	"github.com/jimu-ml/jimu/internal/kernel"
)

// An ahead is memory that will be read soon: the kernel brings it into the second cache while it computes tiles, a few
// lines at a time. The third cache takes a hundred times longer to answer than the first, and without notice most of
// the time would be spent with waiting for it.
type ahead struct {
	at          uintptr
	rows, bytes int // rows of so many bytes
	stride      int // from one to the next, in bytes
	row, column int // where the next tile goes on
}

// pair is how many bytes the kernel asks for at once: two lines.
const pair = 128

// aheadOfPacked returns memory without gaps.
func aheadOfPacked(data []float32) ahead {
	if len(data) == 0 {
		return ahead{}
	}
	return ahead{at: uintptr(unsafe.Pointer(&data[0])), rows: (4*len(data) + pair - 1) / pair, bytes: pair, stride: pair}
}

// aheadOf returns the rows, or where those are not contiguous the columns, of m.
func aheadOf(m matrix) ahead {
	if m.rows == 0 || m.cols == 0 {
		return ahead{}
	}
	at := uintptr(unsafe.Pointer(&m.data[0]))
	if m.colStride != 1 {
		m = m.transposed()
	}
	return ahead{at: at, rows: m.rows, bytes: 4 * m.cols, stride: 4 * m.rowStride}
}

// next makes the next of what is left an argument of the kernel, and returns for how many tiles at most it will do.
func (a *ahead) next(t *kernel.Tiles) (tiles int) {
	rounds := t.K / 4 * max(1, t.Taps)
	t.Next, t.NextK, t.NextTile = 0, 0, 0
	if a.row >= a.rows || rounds == 0 {
		return t.Count
	}
	t.Next = a.at + uintptr(a.row*a.stride+a.column)
	t.NextK, t.NextTile = a.stride, pair
	if a.bytes == pair { // a tile has all of its rows, and the next one goes on behind them
		tiles = min(t.Count, (a.rows-a.row+rounds-1)/rounds)
		t.NextTile = rounds * a.stride
		a.row += tiles * rounds
		return tiles
	}
	tiles = min(t.Count, (a.bytes-a.column+pair-1)/pair)
	a.column += tiles * pair
	if a.column >= a.bytes {
		a.column, a.row = 0, a.row+rounds
	}
	return tiles
}

// aheadOfRun returns the elements of m, all of which are contiguous, as one run for [ahead.run].
func aheadOfRun(m matrix) ahead {
	return ahead{at: uintptr(unsafe.Pointer(&m.data[0])), bytes: 4 * m.rows * m.cols}
}

// run is next for memory that is one run.
func (a *ahead) run(t *kernel.Tiles) (tiles int) {
	const pair = 128 // two lines
	piece := t.K / 4 * pair
	t.Next, t.NextK, t.NextTile = 0, 0, 0
	if a.column >= a.bytes || piece == 0 {
		return t.Count
	}
	t.Next, t.NextK, t.NextTile = a.at+uintptr(a.column), pair, piece
	tiles = min(t.Count, (a.bytes-a.column+piece-1)/piece)
	a.column += tiles * piece
	return tiles
}
