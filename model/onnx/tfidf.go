package onnx

import (
	"strconv"
	"strings"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

func init() { register("TfIdfVectorizer", 9, tfIdf) }

// grams are the n-grams that are counted, and at which place of the output.
type grams struct {
	place     map[string]int
	min, most int
	skip      int
}

// tfIdf counts n-grams of integers or strings, whose parts may lie up to max_skip_count apart.
func tfIdf(c *call) []*Value {
	g, width := c.grams()
	v := c.value(0)
	items := v.Strings
	if v.Kind != Strings {
		for _, n := range c.longs(0) {
			items = append(items, strconv.FormatInt(n, 10))
		}
	}
	shape := v.Dims()
	if len(shape) > 2 {
		c.fail("the input is %v; want [n] or [batch n]", v)
	}
	rows, n := 1, len(items)
	if len(shape) == 2 {
		rows, n = shape[0], shape[1]
	}
	out := make([]float64, c.product([]int{rows, width}))
	for r := range rows {
		g.count(items[r*n:(r+1)*n], out[r*width:(r+1)*width])
	}
	mode, weights := c.choice("mode", "", "TF", "IDF", "TFIDF"), c.floats("weights", nil)
	for i := range out {
		w := 1.0
		if len(weights) > 0 {
			if i%width >= len(weights) {
				c.fail("%d weights for %d places", len(weights), width)
			}
			w = float64(weights[i%width])
		}
		switch mode {
		case "IDF":
			out[i] = min(out[i], 1) * w
		case "TFIDF":
			out[i] *= w
		}
	}
	if len(shape) == 2 {
		return c.give(tensor.OutputOf(device.Float32, c.anchor, out, []int{rows, width}))
	}
	return c.give(tensor.OutputOf(device.Float32, c.anchor, out, []int{width}))
}

// grams reads the attributes: one pool with all 1-grams first, then all 2-grams, and so on.
func (c *call) grams() (g grams, width int) {
	pool := c.texts("pool_strings")
	for _, n := range c.integers("pool_int64s", nil) {
		pool = append(pool, strconv.Itoa(n))
	}
	starts, places := c.integers("ngram_counts", nil), c.integers("ngram_indexes", nil)
	g = grams{place: map[string]int{}, min: c.integer("min_gram_length", 1), most: c.integer("max_gram_length", 1), skip: c.integer("max_skip_count", 0)}
	if g.min < 1 || g.most < g.min || g.skip < 0 || g.skip > 1<<20 || g.most > 1<<10 {
		c.fail("n-grams of %d to %d, up to %d apart", g.min, g.most, g.skip)
	}
	id := 0
	for k, lo := range starts {
		hi := len(pool)
		if k+1 < len(starts) {
			hi = starts[k+1]
		}
		if lo < 0 || hi < lo || hi > len(pool) {
			c.fail("ngram_counts are %v for a pool of %d", starts, len(pool))
		}
		for ; lo+k+1 <= hi; lo += k + 1 {
			if id >= len(places) || places[id] < 0 {
				c.fail("there are more n-grams than ngram_indexes, %v", places)
			}
			g.place[strings.Join(pool[lo:lo+k+1], "\x00")] = places[id]
			width = max(width, places[id]+1)
			id++
		}
	}
	c.room(width)
	return g, width
}

// count adds the n-grams of one row. Those of one item are the same at every distance, and counted once.
func (g *grams) count(items []string, out []float64) {
	for distance := 1; distance <= g.skip+1; distance++ {
		for start := range items {
			for n := g.min; n <= g.most; n++ {
				if n == 1 && distance > 1 {
					continue
				}
				if start+(n-1)*distance >= len(items) {
					break
				}
				parts := make([]string, n)
				for k := range parts {
					parts[k] = items[start+k*distance]
				}
				if at, ok := g.place[strings.Join(parts, "\x00")]; ok {
					out[at]++
				}
			}
		}
	}
}
