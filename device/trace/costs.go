package trace

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/jimu-ml/jimu/device"
)

// Costs returns what the operations took, the one with the most time first. Operations that were never called are
// left out.
func (d *Device) Costs() []Cost {
	d.mu.Lock()
	defer d.mu.Unlock()
	var costs []Cost
	for op, c := range d.costs {
		if c.Calls+c.Refused > 0 {
			c.Op = device.Op(op)
			costs = append(costs, c)
		}
	}
	slices.SortStableFunc(costs, func(a, b Cost) int { return cmp.Compare(b.Time, a.Time) })
	return costs
}

// Events returns the last calls, the oldest first.
func (d *Device) Events() []Event {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.events) < d.config.Events || d.config.Events == 0 {
		return slices.Clone(d.events)
	}
	oldest := d.calls % d.config.Events
	return slices.Concat(d.events[oldest:], d.events[:oldest])
}

// Print writes the costs as a table.
func (d *Device) Print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "operation\tcalls\trefused\ttime\tGFLOP/s\tGB/s\t")
	for _, c := range d.Costs() {
		ns := max(float64(c.Time), 1)
		fmt.Fprintf(t, "%s\t%d\t%d\t%v\t%.1f\t%.1f\t\n", c.Op, c.Calls, c.Refused, c.Time, float64(c.FLOPs)/ns, float64(c.Bytes)/ns)
	}
	return t.Flush()
}
