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

// benchOptions are the flags of bench.
type benchOptions struct {
	json    bool
	seconds float64
	rounds  int
	all     bool
	peer    string
	python  string
	tuned   bool
	compile bool
	scaling bool
	profile string
	answer  bool
}

func benchCommand(a *app) *cobra.Command {
	var o benchOptions
	c := &cobra.Command{
		Use: "bench [WORK|GROUP…] [--threads N]", Short: "Measure matrix products, training steps and more; beside a peer, or in detail",
		Long: `Measure works, on one processor and on all, or on as many as --threads says. Each runs in a process of its own, in several
rounds; what is printed is the median of the rounds' medians, the best run, the peak of memory, and what share that is of
the multiply-adds (FMA) or of the copy bandwidth that this machine reaches when it does nothing else, measured before and after.
What stays in a cache can exceed the copy bandwidth, and an algorithm with fewer multiplications the FMA.

With --peer the same works run in another framework, in turns with ours, round by round, each side for --seconds. The ratio
is that of its time to ours, so above 1 we are faster. It needs a Python with torch, or with onnx and onnxruntime.
--compile lets torch.compile make the peer's code, which takes a C++ compiler and up to a minute a work. --tuned gives the
peer its best settings: AVX-512 forced where its libraries do not know the processor, memory not given back to the system,
and the fastest of its own layouts, with torch.compile and without. What does not run is said and left out; the last
column names what was measured.

With --scaling the same work on one thread takes the place of the peer, so the ratio is how much faster several are.

With --profile the works run once more with every operation timed: DIR gets WORK.pprof, for go tool pprof, and
WORK.trace.json, for ui.perfetto.dev or chrome://tracing, and a table is printed. The roofline is the least time that an
operation's arithmetic at the FMA peak and its bytes at the copy bandwidth take.

` + groupsHelp(),
		Example: "  jimu bench\n  jimu bench gemm mlp --threads 1 --json\n  jimu bench training --peer pytorch --python /usr/bin/python3 --tuned\n" +
			"  jimu bench training vision --scaling\n  jimu bench resnet50 --profile out",
		RunE: func(c *cobra.Command, args []string) error {
			if o.answer {
				return a.obeyOrders(c.Context(), c.InOrStdin())
			}
			if err := o.check(); err != nil {
				return err
			}
			chosen, err := chooseWorks(args, o.all)
			if err != nil {
				return err
			}
			counts := []int{1, runtime.GOMAXPROCS(0)}
			if c.Flags().Changed("threads") || counts[1] == 1 {
				counts = counts[1:]
			}
			if o.scaling {
				if counts = counts[len(counts)-1:]; counts[0] == 1 {
					return misusef("--scaling compares several threads with one; there is one: give more by --threads")
				}
			}
			if o.profile != "" {
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
	f.StringVar(&o.peer, "peer", "", "measure another `framework` too: "+strings.Join(peerNames(), " or "))
	f.StringVar(&o.python, "python", "python3", "the Python that has it")
	f.BoolVar(&o.tuned, "tuned", false, "give the peer its best settings")
	f.BoolVar(&o.compile, "compile", false, "let torch.compile make the code of the peer pytorch")
	f.BoolVar(&o.scaling, "scaling", false, "measure one thread beside several")
	f.StringVar(&o.profile, "profile", "", "profile the works into this `folder` instead")
	f.BoolVar(&o.answer, "answer", false, "")
	_ = f.MarkHidden("answer") // how a measuring process talks with the measured one
	a.threadsFlag(c, "processors to use; 1 and all if not given")
	return c
}

// check refuses flags that do not go together.
func (o *benchOptions) check() error {
	switch {
	case o.seconds <= 0 || o.rounds < 1:
		return misusef("--seconds is %v and --rounds %d; want more than 0", o.seconds, o.rounds)
	case o.profile != "" && (o.peer != "" || o.scaling):
		return misusef("--profile is about our own works alone; leave out --peer and --scaling")
	case o.scaling && o.peer != "":
		return misusef("--scaling compares us with ourselves; leave out --peer")
	case o.tuned && o.peer == "":
		return misusef("--tuned is about a peer; give one with --peer")
	case o.compile && o.peer != "pytorch":
		return misusef("--compile is about the peer pytorch; give it with --peer pytorch")
	}
	return nil
}

// bench measures works on numbers of processors, and prints each result as it comes.
func (a *app) bench(ctx context.Context, chosen []work, counts []int, o benchOptions) error {
	b := &bench{benchOptions: o, peaks: map[int]answer{}, show: newProgress(a.err)}
	defer b.show.close()
	if err := b.findRival(ctx, counts[0]); err != nil {
		return err
	}
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
	rival func(ctx context.Context, threads int) (*side, error) // starts what we are measured beside; nil: nothing
	peaks map[int]answer                                        // by number of threads
	show  *progress
}

// measure measures a work, and the same in the peer, in turns.
func (b *bench) measure(ctx context.Context, w *work, threads int) (m measurement, err error) {
	what := fmt.Sprintf("%s on %s", w.name, threadsOf(threads))
	if err := b.findPeaks(ctx, threads); err != nil {
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
	var how string
	if b.rival != nil {
		if theirs, err = b.rival(ctx, threads); err != nil {
			return m, err
		}
		defer theirs.end()
		b.show.status("%s: %s is warming up", what, theirs.name)
		made, err := theirs.ask(order{Do: "make", Work: w.name})
		for _, s := range made.Say {
			b.show.say("%s: %s", what, s)
		}
		switch how = made.How; {
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
	m = measurement{Work: w.name, Threads: threads, Unit: w.unit, Median: 1000 * us.median(), Best: 1000 * us.best, PeakRSS: us.memory, IdleRSS: ours.idle}
	m.Value = 1000 * w.scale / m.Median
	if theirs != nil {
		m.comparison = &comparison{
			Peer: theirs.name, How: how, PeerMedian: 1000 * them.median(), PeerBest: 1000 * them.best,
			PeerPeakRSS: them.memory, PeerIdleRSS: theirs.idle, Ratio: medianRatio(them.medians, us.medians),
		}
	}
	b.show.status("%s: counting", what)
	return m, b.share(&m, ours)
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
