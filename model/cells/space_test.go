package cells

import (
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"testing"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/rng"
)

// The paper has about 10⁹ cells: the product over 4 nodes of the pairs of values before it and 7² operations.
func TestCountOfDARTS(t *testing.T) {
	if n := DARTS().Count(); n.Int64() != 1*3*6*10*7*7*7*7*7*7*7*7 {
		t.Errorf("the space of DARTS has %v cells", n)
	}
}

// Every number is a cell of its own.
func TestCellsAreEnumerated(t *testing.T) {
	for _, s := range []Space{
		{Operations: []string{"none", "max_pool_3x3"}, Nodes: 2, Distinct: true},
		{Operations: []string{"skip_connect", "max_pool_3x3", "sep_conv_7x7"}, Nodes: 2},
	} {
		seen, n := map[string]int64{}, s.Count().Int64()
		for i := range n {
			c := s.At(big.NewInt(i))
			if err := c.Check(); err != nil {
				t.Fatalf("cell %d: %v", i, err)
			}
			text := fmt.Sprint(c)
			if j, ok := seen[text]; ok {
				t.Fatalf("cells %d and %d are both %v", j, i, c)
			}
			seen[text] = i
		}
		for i := range 50 {
			if _, ok := seen[fmt.Sprint(s.Draw(rng.New(uint64(i))))]; !ok {
				t.Error("a drawn cell is none of the space")
			}
		}
	}
}

// A cell that is drawn is one of the space, is written and read as JSON, and builds a network.
func TestDrawnCellsBuild(t *testing.T) {
	r, different := rng.New(7), map[string]bool{}
	for range 20 {
		normal, reduce := DARTS().Draw(r), DARTS().Draw(r)
		text, err := json.Marshal(Config{Normal: &normal, Reduce: &reduce, Width: 4, Layers: 3})
		if err != nil {
			t.Fatal(err)
		}
		different[string(text)] = true
		var back Config
		if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(*back.Normal, normal) {
			t.Errorf("%s became %+v: %v", text, back, err)
		}
		if _, err := model.New("cells", nil, model.Photos(32), text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	if len(different) != 20 {
		t.Errorf("%d different networks of 20", len(different))
	}
	if a, b := DARTS().Draw(rng.New(1)), DARTS().Draw(rng.New(1)); !reflect.DeepEqual(a, b) {
		t.Error("one seed gives two cells")
	}
}

// A mutation changes one edge, by its operation or by the value it is of, leaves the cell it came from alone, and stays in the space.
func TestMutationsChangeOneEdge(t *testing.T) {
	r := rng.New(3)
	c, _, _ := Genotype("darts_v2")
	operations, values := 0, 0
	for range 300 {
		before := c.Clone()
		d := DARTS().Mutate(r, c)
		if !reflect.DeepEqual(c, before) {
			t.Fatal("the cell itself was changed")
		}
		changed := 0
		for i, node := range d.Nodes {
			for k, e := range node {
				if was := c.Nodes[i][k]; e != was {
					changed++
					if e.Op != was.Op {
						operations++
					}
					if e.From != was.From {
						values++
					}
				}
			}
			if node[0].From == node[1].From {
				t.Errorf("both edges of a node of %v lead from one value", d)
			}
		}
		if err := d.Check(); err != nil || changed != 1 {
			t.Fatalf("%d edges changed, %v", changed, err)
		}
		c = d
	}
	if operations < 50 || values < 50 || operations+values != 300 {
		t.Errorf("%d changed their operation and %d their value, of 300", operations, values)
	}
	same := Space{Operations: []string{"none"}, Nodes: 1, Distinct: true}
	if c := same.At(new(big.Int)); !reflect.DeepEqual(same.Mutate(r, c), c) {
		t.Error("the only cell of a space was changed")
	}
}
