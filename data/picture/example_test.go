package picture_test

import (
	"fmt"

	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/rng"
)

// A box goes where the picture goes.
func ExampleCompose() {
	e := &picture.Example{Pix: make([]uint8, 3*32*32), Channels: 3, Height: 32, Width: 32, Boxes: []picture.Box{{X0: 2, Y0: 4, X1: 10, Y1: 20, Label: 1}}}
	t := picture.Compose{
		picture.HorizontalFlip{P: 1},
		picture.Pad{All: 4, Mode: picture.Reflect},
		picture.Resize{Height: 20, Width: 20},
	}
	t.Apply(e, rng.KeyOf(1).Child("augment").At(0))
	fmt.Println(e.Height, e.Width, e.Boxes)
	// Output: 20 20 [{13 4 17 12 1}]
}
