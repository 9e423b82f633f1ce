package data

import (
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/tensor"
)

func TestWindows(t *testing.T) {
	series := tensor.Arange(20).Reshape(10, 2) // step i is 2i, 2i+1
	for _, c := range []struct {
		windows Windows
		count   int
		x, y    []int64 // of the last
	}{
		{Windows{Past: 3, Ahead: 2}, 6, []int64{10, 11, 12, 13, 14, 15}, []int64{16, 17, 18, 19}},
		{Windows{Past: 3, Ahead: 2, Stride: 2}, 3, []int64{8, 9, 10, 11, 12, 13}, []int64{14, 15, 16, 17}},
		{Windows{Past: 2, Ahead: 1, Skip: 4, Targets: []int{1}}, 4, []int64{6, 7, 8, 9}, []int64{19}},
		{Windows{Past: 10}, 1, series.Ints(), nil},
	} {
		c.windows.Series = series
		if n := c.windows.Len(); n != c.count {
			t.Errorf("%+v: %d windows, want %d", c.windows, n, c.count)
			continue
		}
		b, err := c.windows.Batch([]int{c.count - 1}, 0)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(b.X.Ints(), c.x) || b.Y != nil && !slices.Equal(b.Y.Ints(), c.y) || (b.Y == nil) != (c.y == nil) {
			t.Errorf("%+v: the last window is %v, %v", c.windows, b.X, b.Y)
		}
	}
	for says, w := range map[string]Windows{
		"is shorter than a window of 11":     {Series: series, Past: 10, Ahead: 1},
		"column 2 is not among the 2":        {Series: series, Past: 1, Ahead: 1, Targets: []int{2}},
		"0 steps seen":                       {Series: series},
		"want [steps columns]":               {Series: tensor.Arange(4), Past: 1},
		"window 10 of 10":                    {Series: series, Past: 1},
		"3 steps seen, -1 skipped, 1 predic": {Series: series, Past: 3, Skip: -1, Ahead: 1},
	} {
		if _, err := w.Batch([]int{10}, 0); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
}
