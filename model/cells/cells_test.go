package cells

import (
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/modeltest"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

func TestLogitsEqualPyTorch(t *testing.T) {
	modeltest.Pictures(t, "testdata/cells.golden", "", 10, New)
}

// What does not fit is said.
func TestRefused(t *testing.T) {
	of := model.Photos(64)
	modeltest.Refuses(t, "cells", of, `{"genotype": "darts_v3"}`, "no genotype \"darts_v3\"; there are darts_v1")
	modeltest.Refuses(t, "cells", of, `{"layers": 2}`, "make no network of cells")
	modeltest.Refuses(t, "cells", of, `{"width": 3}`, "make no network of cells")
	modeltest.Refuses(t, "cells", of, `{"normal": {"nodes": [], "out": [2]}}`, "the normal cell: 0 nodes; want 1 to 64")
	modeltest.Refuses(t, "cells", of, `{"normal": {"nodes": [[]], "out": [2]}}`, "node 2 has 0 edges")
	modeltest.Refuses(t, "cells", of, `{"reduce": {"nodes": [[{"op": "max_pool_3x3", "from": 2}]], "out": [2]}}`, "the reducing cell: node 2 has an edge from 2; only 0 to 1 are before it")
	modeltest.Refuses(t, "cells", of, `{"normal": {"nodes": [[{"op": "conv", "from": 0}]], "out": [2]}}`, "no operation \"conv\"; there are none, skip_connect")
	modeltest.Refuses(t, "cells", of, `{"normal": {"nodes": [[{"op": "none", "from": 0}]], "out": [1]}}`, "[1], is not a list of nodes from 2 to 2")
	modeltest.Refuses(t, "cells", of, `{"normal": {"nodes": [[{"op": "none", "from": 0}]], "out": []}}`, "nothing comes out")
	modeltest.Refuses(t, "cells", of, `{"normal": {"node": []}}`, "node")
	modeltest.Refuses(t, "cells", model.Photos(30), ``, "15×15 cannot be halved")
	modeltest.Refuses(t, "cells", model.Photos(15), ``, "15×15 are too small")
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := New(rng.New(1), 3, 4, Config{Width: 4, Layers: 3, Drop: 0.05})
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 4, 3, 16, 16), tensor.Of([]int64{0, 1, 2, 3}, 4)
	modeltest.Overfits(t, "cells", m, 1e-2, 40, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.CrossEntropy(m.Forward(p, x), y)
	})
}
