package cpu

import (
	"sync"

	"github.com/jimu-ml/jimu/internal/kernel"
)

// arguments are those of the kernels of convolutions, which would otherwise be allocated for every call.
type arguments struct {
	product kernel.Tiles
	tiles   kernel.WinogradTiles
	one     float32 // is 1
}

var argumentPool = sync.Pool{New: func() any { return &arguments{one: 1} }}

func takeArguments() *arguments { return argumentPool.Get().(*arguments) }

// put gives the arguments back. They must not keep alive what they point to.
func (a *arguments) put() {
	a.product, a.tiles = kernel.Tiles{}, kernel.WinogradTiles{}
	argumentPool.Put(a)
}
