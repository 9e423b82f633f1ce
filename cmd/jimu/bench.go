package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"github.com/spf13/cobra"
)

// A measurement is a line of results.
type measurement struct {
	Work    string  `json:"work"`
	Threads int     `json:"threads"`
	Median  float64 `json:"median_ms"` // over the rounds, of the median of each
	Best    float64 `json:"best_ms"`
	Value   float64 `json:"value"` // by the median
	Unit    string  `json:"unit"`
	PeakRSS float64 `json:"peak_rss_mb"` // of the process that did nothing else

	Share float64 `json:"share,omitempty"` // by the median, of the peak that was measured
	Of    string  `json:"of,omitempty"`    // "fma" or "bandwidth"
	Peak  float64 `json:"peak,omitempty"`  // GFLOP/s of multiply-adds, or GB/s of a copy

	*comparison
}

// A comparison is what a peer did in the same rounds.
type comparison struct {
	Peer        string  `json:"peer"`
	PeerMedian  float64 `json:"peer_median_ms"`
	PeerBest    float64 `json:"peer_best_ms"`
	PeerPeakRSS float64 `json:"peer_peak_rss_mb"`
	Ratio       float64 `json:"ratio"` // of the peer's time to ours: median over the rounds
}

// benchOptions are the flags of bench.
type benchOptions struct {
	json    bool
	seconds float64
	rounds  int
	all     bool
	peer    string
	python  string
	tuned   bool
	profile string
	answer  bool
}

func benchCommand(a *app) *cobra.Command {
	var o benchOptions
	c := &cobra.Command{
		Use: "bench [WORK|GROUP…] [--threads N]", Short: "Measure matrix products, training steps and more; beside a peer, or in detail",
		Long: `Measure works, on one processor and on all, or on as many as --threads says. Each runs in a process of its own, in several
rounds; what is printed is the median of the rounds' medians, the best run, the peak of memory, and what share that is of
the multiply-adds (FMA) or of the copy bandwidth that this machine reaches when it does nothing else, measured just before.
What stays in a cache can exceed the copy bandwidth, and an algorithm with fewer multiplications the FMA.

With --peer the same works run in another framework, in turns with ours, round by round. The ratio is that of its time to
ours, so above 1 we are faster. It needs a Python with torch, or with onnx and onnxruntime. --tuned gives the peer its best
settings: AVX-512 forced where its libraries do not know the processor, memory not given back to the system, and the
fastest of its own layouts and torch.compile.

With --profile the works run once more with every operation timed: DIR gets WORK.pprof, for go tool pprof, and
WORK.trace.json, for ui.perfetto.dev or chrome://tracing, and a table is printed. The roofline is the least time that an
operation's arithmetic at the FMA peak and its bytes at the copy bandwidth take.

` + groupsHelp(),
		Example: "  jimu bench\n  jimu bench gemm mlp --threads 1 --json\n  jimu bench training --peer pytorch --python /usr/bin/python3 --tuned\n" +
			"  jimu bench resnet50 --profile out",
		RunE: func(c *cobra.Command, args []string) error {
			if o.answer {
				return a.obeyOrders(c.Context(), c.InOrStdin())
			}
			if o.seconds <= 0 || o.rounds < 1 {
				return misusef("--seconds is %v and --rounds %d; want more than 0", o.seconds, o.rounds)
			}
			chosen, err := chooseWorks(args, o.all)
			if err != nil {
				return err
			}
			counts := []int{1, runtime.GOMAXPROCS(0)}
			if c.Flags().Changed("threads") || counts[1] == 1 {
				counts = counts[1:]
			}
			if o.profile != "" {
				if o.peer != "" {
					return misusef("--profile is about our own works; leave out --peer")
				}
				return a.profile(c.Context(), chosen, counts[len(counts)-1], o)
			}
			return a.bench(c.Context(), chosen, counts, o)
		},
		ValidArgs: append(workNames(), groupNames()...),
	}
	f := c.Flags()
	f.BoolVar(&o.json, "json", false, "print a line of JSON for each measure")
	f.Float64Var(&o.seconds, "seconds", 3, "how long to measure each, at least")
	f.IntVar(&o.rounds, "rounds", 5, "how many rounds to split that into")
	f.BoolVar(&o.all, "all", false, "measure all works")
	f.StringVar(&o.peer, "peer", "", "measure another framework too: "+strings.Join(peerNames(), " or "))
	f.StringVar(&o.python, "python", "python3", "the Python that has it")
	f.BoolVar(&o.tuned, "tuned", false, "give the peer its best settings")
	f.StringVar(&o.profile, "profile", "", "profile the works into this `folder` instead")
	f.BoolVar(&o.answer, "answer", false, "")
	_ = f.MarkHidden("answer") // how a measuring process talks with the measured one
	a.threadsFlag(c, "processors to use; 1 and all if not given")
	return c
}

// bench measures works on numbers of processors, and prints each result as it comes.
func (a *app) bench(ctx context.Context, chosen []work, counts []int, o benchOptions) error {
	var p *peer
	if o.peer != "" {
		var err error
		if p, err = findPeer(o); err != nil {
			return err
		}
	} else if o.tuned {
		return misusef("--tuned is about a peer; give one with --peer")
	}
	b := &bench{benchOptions: o, peer: p, peaks: map[int]answer{}, show: newProgress(a.err)}
	defer b.show.close()
	if !o.json {
		fmt.Fprintln(a.out, b.head())
	}
	for _, w := range chosen {
		for _, n := range counts {
			m, err := b.measure(ctx, &w, n)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				return fmt.Errorf("%s on %s: %w", w.name, threadsOf(n), err)
			}
			b.show.wipe()
			if o.json {
				err = json.NewEncoder(a.out).Encode(m)
			} else {
				_, err = fmt.Fprintln(a.out, b.line(m))
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// A bench is one call of the command.
type bench struct {
	benchOptions
	peer  *peer
	peaks map[int]answer // by number of threads
	show  *progress
}

// measure measures a work, and the same in the peer, in turns.
func (b *bench) measure(ctx context.Context, w *work, threads int) (m measurement, err error) {
	what := fmt.Sprintf("%s on %s", w.name, threadsOf(threads))
	peak, err := b.peakOf(ctx, threads)
	if err != nil {
		return m, err
	}
	b.show.status("%s: warming up", what)
	ours, err := startSelf(ctx, threads)
	if err != nil {
		return m, err
	}
	defer ours.end()
	if _, err := ours.ask(order{Do: "make", Work: w.name}); err != nil {
		return m, err
	}
	var theirs *side
	if b.peer != nil {
		if theirs, err = b.peer.start(ctx, threads); err != nil {
			return m, err
		}
		defer theirs.end()
		b.show.status("%s: %s is warming up", what, theirs.name)
		switch _, err := theirs.ask(order{Do: "make", Work: w.name}); {
		case errors.Is(err, errMissing):
			b.show.say("%s has no work %s; ours alone is measured", theirs.name, w.name)
			theirs = nil
		case err != nil:
			return m, err
		}
	}
	us, them, err := b.inTurns(what, ours, theirs)
	if err != nil {
		return m, err
	}
	m = measurement{Work: w.name, Threads: threads, Unit: w.unit, Median: 1000 * us.median(), Best: 1000 * us.best, PeakRSS: us.memory}
	m.Value = 1000 * w.scale / m.Median
	if theirs != nil {
		m.comparison = &comparison{theirs.name, 1000 * them.median(), 1000 * them.best, them.memory, medianRatio(them.medians, us.medians)}
	}
	b.show.status("%s: counting", what)
	return m, b.share(&m, ours, peak)
}

// inTurns lets one side and, if there is one, the other run, by turns first and second.
func (b *bench) inTurns(what string, ours, theirs *side) (us, them laps, err error) {
	each := b.seconds / float64(b.rounds)
	for i := range b.rounds {
		b.show.status("%s: round %d of %d", what, i+1, b.rounds)
		first, second := func() error { return us.add(ours, each) }, func() error { return them.add(theirs, each) }
		if i%2 == 1 {
			first, second = second, first
		}
		if err := errors.Join(first(), second()); err != nil {
			return us, them, err
		}
	}
	return us, them, nil
}

// share fills in what part of the machine's peak was reached.
func (b *bench) share(m *measurement, ours *side, peak answer) error {
	switch m.Unit {
	case "Mop/s": // what is measured is what is neither
	case "GB/s":
		m.Of, m.Peak, m.Share = "bandwidth", peak.Copy, m.Value/peak.Copy
	default:
		c, err := ours.ask(order{Do: "count", Work: m.Work})
		if err != nil {
			return err
		}
		m.Of, m.Peak, m.Share = "fma", peak.FMA, c.FLOPs/1e6/m.Median/peak.FMA
	}
	return nil
}

// peakOf returns what the machine can do on so many processors, measured in a process that ends before others begin. What
// was measured before only rises: a machine that others use shows its peak at some times only.
func (b *bench) peakOf(ctx context.Context, threads int) (answer, error) {
	p, known := b.peaks[threads]
	if known {
		p.FMA = max(p.FMA, fmaPeak(threads))
		b.peaks[threads] = p
		return p, nil
	}
	b.show.status("measuring the peaks of %s", threadsOf(threads))
	s, err := startSelf(ctx, threads)
	if err != nil {
		return answer{}, err
	}
	defer s.end()
	p, err = s.ask(order{Do: "peaks", Threads: threads})
	if ctx.Err() != nil {
		return p, ctx.Err()
	}
	if err == nil && !b.json {
		b.show.say("%s can do %.1f GFLOP/s of FMA, and copy %.1f GB/s", threadsOf(threads), p.FMA, p.Copy)
	}
	b.peaks[threads] = p
	return p, err
}

func (b *bench) head() string {
	s := fmt.Sprintf("%-18s %7s %12s %12s %12s %-9s %9s %18s", "work", "threads", "median ms", "best ms", "value", "", "peak MB", "of the peak")
	if b.peer != nil {
		s += fmt.Sprintf("  %12s %9s %7s", "peer ms", "peer MB", "ratio")
	}
	return s
}

func (b *bench) line(m measurement) string {
	share := ""
	if m.Of != "" {
		share = fmt.Sprintf("%.0f %% of %s", 100*m.Share, map[string]string{"fma": "FMA", "bandwidth": "bandwidth"}[m.Of])
	}
	s := fmt.Sprintf("%-18s %7d %12.3f %12.3f %12.1f %-9s %9.0f %18s", m.Work, m.Threads, m.Median, m.Best, m.Value, m.Unit, m.PeakRSS, share)
	if m.comparison != nil {
		s += fmt.Sprintf("  %12.3f %9.0f %7.2f", m.PeerMedian, m.PeerPeakRSS, m.Ratio)
	}
	return s
}

func threadsOf(n int) string {
	if n == 1 {
		return "1 thread"
	}
	return fmt.Sprintf("%d threads", n)
}
