package picture

import "github.com/jimu-ml/jimu/internal/check"

var _ = register(sample{
	name: "CLAHE", t: CLAHE{}, off: 1,
	core: func(e *Example, c *check.Case) {
		CLAHE{Limit: number(c, "limit"), Tiles: int(number(c, "tiles"))}.Apply(e, 0)
	},
	wrong: map[string]Transform{"-1 tiles": CLAHE{Tiles: -1}},
})
