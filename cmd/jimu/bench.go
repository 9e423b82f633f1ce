package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// A work is something to measure.
type work struct {
	name  string
	unit  string
	scale float64 // how many units one run is
	make  func() (run func() error)
}

// A measurement is a line of results.
type measurement struct {
	Work    string  `json:"work"`
	Threads int     `json:"threads"`
	Median  float64 `json:"median_ms"`
	Best    float64 `json:"best_ms"`
	Value   float64 `json:"value"` // by the median
	Unit    string  `json:"unit"`
	PeakRSS float64 `json:"peak_rss_mb"` // of the process that did nothing else
}

func benchCommand(a *app) *cobra.Command {
	var asJSON bool
	var seconds float64
	c := &cobra.Command{
		Use: "bench [WORK…] [--threads N]", Short: "Measure matrix products and training steps",
		Long: "Measure matrix products and full training steps, on one processor and on all, or on as many as --threads says.\n" +
			"Each measure is the median of at least ten runs, after some that warm up, in a process of its own.\n\nWorks: " +
			strings.Join(workNames(), ", "),
		Example: "  jimu bench\n  jimu bench gemm1024 mlp --threads 1 --json",
		RunE: func(c *cobra.Command, args []string) error {
			if seconds <= 0 {
				return misusef("--seconds is %v; want more than 0", seconds)
			}
			chosen, err := chooseWorks(args)
			if err != nil {
				return err
			}
			counts := []int{1, runtime.GOMAXPROCS(0)}
			if c.Flags().Changed("threads") || counts[1] == 1 {
				counts = counts[1:]
			}
			return a.bench(c.Context(), chosen, counts, seconds, asJSON)
		},
		ValidArgs: workNames(),
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print a line of JSON for each measure")
	c.Flags().Float64Var(&seconds, "seconds", 3, "how long to measure each, at least")
	a.threadsFlag(c, "processors to use; 1 and all if not given")
	return c
}

// bench measures works on numbers of processors, and prints each result as it comes.
func (a *app) bench(ctx context.Context, chosen []work, counts []int, seconds float64, asJSON bool) error {
	for _, w := range chosen {
		for _, n := range counts {
			measure := w.apart
			if len(chosen)*len(counts) == 1 {
				measure = w.here
			}
			m, err := measure(ctx, n, seconds)
			if err != nil {
				return fmt.Errorf("%s on %d: %w", w.name, n, err)
			}
			if asJSON {
				err = json.NewEncoder(a.out).Encode(m)
			} else {
				_, err = fmt.Fprintf(a.out, "%-9s %3d threads  median %9.3f ms  best %9.3f ms  %10.1f %-9s  peak %5.0f MB\n",
					m.Work, m.Threads, m.Median, m.Best, m.Value, m.Unit, m.PeakRSS)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func chooseWorks(names []string) ([]work, error) {
	if len(names) == 0 {
		return works, nil
	}
	var chosen []work
	for _, name := range names {
		i := slices.IndexFunc(works, func(w work) bool { return w.name == name })
		if i < 0 {
			return nil, misusef("there is no work %q; there are %s", name, strings.Join(workNames(), ", "))
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

// apart measures a work in a process of its own, so that its memory is its own.
func (w *work) apart(ctx context.Context, threads int, seconds float64) (m measurement, err error) {
	path, err := os.Executable()
	if err != nil {
		return m, err
	}
	c := exec.CommandContext(ctx, path, "bench", w.name, "--json", "--threads", fmt.Sprint(threads), "--seconds", fmt.Sprint(seconds))
	c.Stderr = os.Stderr
	out, err := c.Output()
	if ctx.Err() != nil {
		return m, ctx.Err()
	}
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(out, &m)
}

// here measures a work: after three runs that warm up, at least ten, and as many as the time has room for.
func (w *work) here(ctx context.Context, threads int, seconds float64) (measurement, error) {
	const warm, least = 3, 10
	useThreads(threads)
	run := w.make()
	var times []float64
	begin := time.Now()
	for i := 0; i < warm+least || time.Since(begin).Seconds() < seconds; i++ {
		if i == warm {
			begin = time.Now()
		}
		if err := ctx.Err(); err != nil {
			return measurement{}, err
		}
		t := time.Now()
		if err := run(); err != nil {
			return measurement{}, err
		}
		if i >= warm {
			times = append(times, time.Since(t).Seconds())
		}
	}
	slices.Sort(times)
	median := (times[(len(times)-1)/2] + times[len(times)/2]) / 2
	return measurement{
		Work: w.name, Threads: threads, Median: 1000 * median, Best: 1000 * times[0],
		Value: w.scale / median, Unit: w.unit, PeakRSS: float64(peakRSS()) / 1e6,
	}, nil
}
