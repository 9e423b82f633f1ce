package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jimu-ml/jimu/internal/parallel"
)

// A work is something to measure.
type work struct {
	name  string
	unit  string
	scale float64 // how many units one run is
	make  func() (run func() error)
}

// A measure is a line of results.
type measure struct {
	Work    string  `json:"work"`
	Threads int     `json:"threads"`
	Median  float64 `json:"median_ms"`
	Best    float64 `json:"best_ms"`
	Value   float64 `json:"value"` // by the median
	Unit    string  `json:"unit"`
	PeakRSS float64 `json:"peak_rss_mb"` // of the process so far
}

func benchCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "bench [WORK...]", Short: "Measure matrix products and training steps, on one thread and on all",
		Long: "Measure matrix products and training steps, on one thread and on all, or on as many as --threads says.\n\nWorks: " + strings.Join(workNames(), ", "),
		RunE: func(c *cobra.Command, args []string) error {
			chosen, err := choose(args)
			if err != nil {
				return err
			}
			counts := []int{1, parallel.Threads()}
			if c.Flags().Changed("threads") || counts[1] == 1 {
				counts = counts[1:]
			}
			for _, w := range chosen {
				for _, n := range counts {
					m, err := w.measure(c, n)
					if err != nil {
						return err
					}
					if asJSON {
						err = json.NewEncoder(c.OutOrStdout()).Encode(m)
					} else {
						_, err = fmt.Fprintf(c.OutOrStdout(), "%-10s %2d threads  median %9.3f ms  best %9.3f ms  %10.1f %-9s  peak %.0f MB\n",
							m.Work, m.Threads, m.Median, m.Best, m.Value, m.Unit, m.PeakRSS)
					}
					if err != nil {
						return err
					}
				}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print a line of JSON for each measure")
	return c
}

func choose(names []string) ([]work, error) {
	if len(names) == 0 {
		return works, nil
	}
	var chosen []work
	for _, name := range names {
		i := slices.IndexFunc(works, func(w work) bool { return w.name == name })
		if i < 0 {
			return nil, fmt.Errorf("%w: there is no work %q; there are %s", errUse, name, strings.Join(workNames(), ", "))
		}
		chosen = append(chosen, works[i])
	}
	return chosen, nil
}

func workNames() []string {
	var names []string
	for _, w := range works {
		names = append(names, w.name)
	}
	return names
}

// measure runs a work for at least 2 seconds and 10 times, after 3 runs that warm up.
func (w *work) measure(c *cobra.Command, threads int) (measure, error) {
	const warm, least, duration = 3, 10, 2 * time.Second
	before := parallel.Threads()
	parallel.SetThreads(threads)
	defer parallel.SetThreads(before)
	run := w.make()
	var times []float64
	begin := time.Now()
	for i := 0; i < warm+least || time.Since(begin) < duration; i++ {
		if i == warm {
			begin = time.Now()
		}
		if err := c.Context().Err(); err != nil {
			return measure{}, err
		}
		t := time.Now()
		if err := run(); err != nil {
			return measure{}, fmt.Errorf("%s: %w", w.name, err)
		}
		if i >= warm {
			times = append(times, time.Since(t).Seconds())
		}
	}
	slices.Sort(times)
	median := times[len(times)/2]
	return measure{
		Work: w.name, Threads: threads, Median: 1000 * median, Best: 1000 * times[0],
		Value: w.scale / median, Unit: w.unit, PeakRSS: float64(peakRSS()) / 1e6,
	}, nil
}
