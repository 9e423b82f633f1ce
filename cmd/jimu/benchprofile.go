package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/device/trace"
	"github.com/jimu-ml/jimu/tensor"
)

// profile runs works with every operation timed, and writes what it found into a folder and as a table.
func (a *app) profile(ctx context.Context, chosen []work, threads int, o benchOptions) error {
	if err := os.MkdirAll(o.profile, 0o755); err != nil {
		return err
	}
	b := &bench{benchOptions: o, peaks: map[int]answer{}, show: newProgress(a.err)}
	defer b.show.close()
	if err := b.findPeaks(ctx, threads); err != nil {
		return err
	}
	peak := b.peaks[threads]
	for _, w := range chosen {
		b.show.status("%s on %s: profiling", w.name, threadsOf(threads))
		p, err := profileOf(ctx, &w, o.seconds)
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		p.peak = peak
		base := filepath.Join(o.profile, w.name)
		if err := os.WriteFile(base+".pprof", p.cpu, 0o644); err != nil {
			return err
		}
		if err := p.writeTrace(base + ".trace.json"); err != nil {
			return err
		}
		b.show.wipe()
		fmt.Fprintf(a.out, "%s on %s: %d runs of %.3f ms\n", w.name, threadsOf(threads), len(p.runs), 1000*p.total()/float64(len(p.runs)))
		if err := p.print(a.out); err != nil {
			return err
		}
		fmt.Fprintf(a.out, "\n%s.pprof       go tool pprof -top %[1]s.pprof\n%[1]s.trace.json  open in ui.perfetto.dev or chrome://tracing\n\n", base)
	}
	return nil
}

// A workProfile is what was seen of some runs of a work.
type workProfile struct {
	work   string
	peak   answer
	cpu    []byte // for go tool pprof
	runs   []span
	costs  []trace.Cost
	events []trace.Event
}

// A span is one run, in time since the profile began.
type span struct{ start, time time.Duration }

// profileOf runs a work for a while on a traced device.
func profileOf(ctx context.Context, w *work, seconds float64) (p *workProfile, err error) {
	const events = 200_000 // more, no viewer likes
	d := trace.New(cpu.Device, trace.Config{Wait: true, Events: events})
	p = &workProfile{work: w.name}
	if e := tensor.Catch(func() { err = p.run(ctx, w.make(d), d, seconds) }); e != nil {
		return nil, e
	}
	p.costs, p.events = d.Costs(), d.Events()
	return p, err
}

func (p *workProfile) run(ctx context.Context, run func() error, d *trace.Device, seconds float64) error {
	if err := warmUp(ctx, run); err != nil {
		return err
	}
	var found bytes.Buffer
	if err := pprof.StartCPUProfile(&found); err != nil {
		return err
	}
	d.Reset()
	times, err := timesOf(ctx, run, seconds)
	pprof.StopCPUProfile()
	p.cpu = found.Bytes()
	at := time.Duration(0)
	for _, t := range times {
		s := span{at, time.Duration(t * 1e9)}
		p.runs = append(p.runs, s)
		at += s.time
	}
	return err
}

// total returns how long all runs took, in seconds.
func (p *workProfile) total() (t float64) {
	for _, s := range p.runs {
		t += s.time.Seconds()
	}
	return t
}

// roofline returns the share of the time that arithmetic at the peak, or the traffic at the copy bandwidth, would have
// taken: the larger. What comes from a cache can exceed 1.
func (p *workProfile) roofline(flops, bytes int, t time.Duration) float64 {
	least := max(float64(flops)/p.peak.FMA, float64(bytes)/p.peak.Copy) // ns
	return least / max(float64(t), 1)
}

// print writes a table of the operations, and of what is no operation.
func (p *workProfile) print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "operation\tcalls\tms\tof the time\tGFLOP/s\tGB/s\tof the roofline\t")
	runs, total, left := float64(len(p.runs)), p.total(), p.total()
	for _, c := range p.costs {
		if c.Calls == 0 {
			continue
		}
		ns := max(float64(c.Time), 1)
		left -= c.Time.Seconds()
		fmt.Fprintf(t, "%s\t%.0f\t%.3f\t%.1f %%\t%.1f\t%.1f\t%.0f %%\t\n", c.Op, float64(c.Calls)/runs, ns/1e6/runs, ns/1e7/total,
			float64(c.FLOPs)/ns, float64(c.Bytes)/ns, 100*p.roofline(c.FLOPs, c.Bytes, c.Time))
	}
	fmt.Fprintf(t, "between them\t\t%.3f\t%.1f %%\t\t\t\t\n", 1000*left/runs, 100*left/total)
	if err := t.Flush(); err != nil {
		return err
	}
	return p.printLayers(w)
}

// printLayers writes a table of the layers that took longest, if any are known.
func (p *workProfile) printLayers(w io.Writer) error {
	const most = 12
	sums := map[string]*layerSum{}
	for _, e := range p.events {
		if e.Layer == "" {
			continue
		}
		s := sums[e.Layer]
		if s == nil {
			s = &layerSum{name: e.Layer}
			sums[e.Layer] = s
		}
		s.add(e)
	}
	if len(sums) == 0 {
		return nil
	}
	var all []*layerSum
	for _, s := range sums {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b *layerSum) int { return int(b.time - a.time) })
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\nlayer\tcalls\tms\tof the time\tGFLOP/s\tGB/s\tof the roofline\t")
	runs := float64(len(p.runs))
	for _, s := range all[:min(most, len(all))] {
		ns := max(float64(s.time), 1)
		fmt.Fprintf(t, "%s\t%.0f\t%.3f\t%.1f %%\t%.1f\t%.1f\t%.0f %%\t\n", s.name, float64(s.calls)/runs, ns/1e6/runs, ns/1e7/p.total(),
			float64(s.flops)/ns, float64(s.bytes)/ns, 100*p.roofline(s.flops, s.bytes, s.time))
	}
	if n := len(all) - most; n > 0 {
		fmt.Fprintf(t, "and %d more\t\t\t\t\t\t\t\n", n)
	}
	return t.Flush()
}

// A layerSum adds the calls of a layer.
type layerSum struct {
	name                string
	calls, flops, bytes int
	time                time.Duration
}

func (s *layerSum) add(e trace.Event) {
	s.calls++
	s.flops += e.FLOPs
	s.bytes += e.Bytes
	s.time += e.Time
}
