package metric

import (
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/jimu-ml/jimu/tensor"
)

// Confusion counts how often each class is predicted for each: the confusion matrix. Its value is the accuracy.
//
//	logits [… c], target […] of integers; or logits [n …] and targets of 0 and 1, as in [Accuracy]
//
// It grows with the largest class seen, or with the names.
type Confusion struct {
	Names     []string // of the classes, for String; those without one are numbered
	Ignore    *int     // targets of this class are left out, such as new(-100); nil means none
	Axis      int      // of the classes; 0 means the last
	Threshold float64  // of yes, for predictions in the shape of the targets; 0.5 for probabilities

	matrix
}

// Name returns "confusion".
func (c *Confusion) Name() string { return "confusion" }

// Add counts a batch.
func (c *Confusion) Add(prediction, target *tensor.Tensor) {
	c.grow(len(c.Names))
	c.add("Confusion", prediction, target, options{axis: c.Axis, ignore: c.Ignore, threshold: c.Threshold})
}

// Classes returns how many classes the matrix has.
func (c *Confusion) Classes() int { return len(c.counts) }

// Count returns how often class predicted was predicted for targets of class target.
func (c *Confusion) Count(target, predicted int) int {
	if target >= len(c.counts) || predicted >= len(c.counts) {
		return 0
	}
	return c.counts[target][predicted]
}

// Precision returns which share of the predictions of a class is right, NaN if it was never predicted.
func (c *Confusion) Precision(class int) float64 {
	n := 0
	for k := range c.counts {
		n += c.Count(k, class)
	}
	return ratio(c.Count(class, class), n)
}

// Recall returns which share of the targets of a class is predicted, NaN if there was none.
func (c *Confusion) Recall(class int) float64 {
	n := 0
	for k := range c.counts {
		n += c.Count(class, k)
	}
	return ratio(c.Count(class, class), n)
}

// F1 returns the harmonic mean of precision and recall of a class, NaN if it was neither a target nor predicted.
func (c *Confusion) F1(class int) float64 {
	n := 0
	for k := range c.counts {
		n += c.Count(class, k) + c.Count(k, class)
	}
	return ratio(2*c.Count(class, class), n)
}

// Value returns the accuracy.
func (c *Confusion) Value() float64 {
	right := 0
	for i, row := range c.counts {
		right += row[i]
	}
	return ratio(right, c.total())
}

// Merge adds what another Confusion has counted.
func (c *Confusion) Merge(m Metric) { c.merge(same[*Confusion]("Confusion.Merge", m).matrix) }

// String returns the matrix as a table, targets down and predictions across, with recall and precision at its margins
// in percent.
func (c *Confusion) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "target")
	for k := range c.counts {
		fmt.Fprintf(w, "\t%s", c.label(k))
	}
	fmt.Fprint(w, "\trecall\t\n")
	for i, row := range c.counts {
		fmt.Fprint(w, c.label(i))
		for _, n := range row {
			fmt.Fprintf(w, "\t%d", n)
		}
		fmt.Fprintf(w, "\t%s\t\n", percent(c.Recall(i)))
	}
	fmt.Fprint(w, "precision")
	for k := range c.counts {
		fmt.Fprintf(w, "\t%s", percent(c.Precision(k)))
	}
	fmt.Fprintf(w, "\t%s\t\n", percent(c.Value()))
	w.Flush()
	return b.String()
}

func (c *Confusion) label(k int) string {
	if k < len(c.Names) {
		return c.Names[k]
	}
	return strconv.Itoa(k)
}

func percent(v float64) string {
	if v != v {
		return "–"
	}
	return strconv.FormatFloat(100*v, 'f', 1, 64)
}
