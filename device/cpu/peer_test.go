package cpu

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// A peer is a running program of _peer, which does what a benchmark asks with the C libraries.
type peer struct {
	in  *os.File
	out *bufio.Reader
}

// startPeer starts the program that the environment variable JIMU_PEER names, and ends it with the benchmark. Without
// the variable it skips the benchmark.
func startPeer(b *testing.B) *peer {
	b.Helper()
	path := os.Getenv("JIMU_PEER")
	if path == "" {
		b.Skip("JIMU_PEER does not name a peer; _peer/README.md says how to build one")
	}
	read, write, err := os.Pipe()
	if err != nil {
		b.Fatal(err)
	}
	c := exec.Command(path)
	c.Stdin = read
	// Libraries that do not know this processor are told what it can do. Their threads must not wait so long for more
	// work that they take the processors from us.
	c.Env = append([]string{"OPENBLAS_CORETYPE=SkylakeX", "BLIS_ARCH_TYPE=0", "GOMP_SPINCOUNT=20000", "OPENBLAS_THREAD_TIMEOUT=20"}, os.Environ()...)
	out, err := c.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	read.Close()
	b.Cleanup(func() {
		write.Close() // the program ends with its input
		_ = c.Wait()
	})
	return &peer{write, bufio.NewReader(out)}
}

// ask returns the best and the median seconds of a command, or false if the peer cannot do it.
func (p *peer) ask(b *testing.B, t timing, command string) (seconds sample, ok bool) {
	b.Helper()
	fmt.Fprintf(p.in, "%d %d %s\n", t.samples, t.repeat, command)
	line, err := p.out.ReadString('\n')
	if err != nil {
		b.Fatalf("peer: %s: %v", command, err)
	}
	if _, err := fmt.Sscan(line, &seconds.best, &seconds.median); err != nil {
		b.Logf("peer: %s: %s", command, line)
		return sample{}, false
	}
	time.Sleep(4 * time.Millisecond) // its threads go to sleep
	return seconds, true
}

// A sample is the seconds that something took, of several times.
type sample struct{ best, median float64 }

// A timing is how often something is timed: samples of so many repetitions, long enough for the clock.
type timing struct{ samples, repeat int }

// timingOf returns a timing for work of so many floating-point operations.
func timingOf(flop float64) timing {
	const second = 2e11 // roughly what is done in one
	return timing{min(15, 3+int(0.05*second/flop)), 1 + int(1e-4*second/flop)}
}

// of times f.
func (t timing) of(f func()) sample {
	seconds := make([]float64, 0, t.samples)
	for s := -2; s < t.samples; s++ {
		start := time.Now()
		for range t.repeat {
			f()
		}
		if s >= 0 {
			seconds = append(seconds, time.Since(start).Seconds()/float64(t.repeat))
		}
	}
	slices.Sort(seconds)
	return sample{seconds[0], seconds[len(seconds)/2]}
}

// against times f, which does flop floating-point operations, in turn with commands of the peer that do the same on
// as many threads: an iteration of the benchmark is a round. It reports
//
//	GFLOP/s         ours, in the best sample
//	NAME-GFLOP/s    the peer's; NAME is the second word of the command, with the third if that is not a number
//	ratio           the time of the fastest peer over ours: the median over the rounds, of the medians in a round
//	%peak           of the multiply-adds of float32 that the threads can do, in the best sample of these rounds
//
// A command that the peer refuses is left out.
func (p *peer) against(b *testing.B, threads int, flop float64, f func(), commands ...string) {
	b.Helper()
	parallel.SetThreads(threads)
	defer parallel.SetThreads(0)
	t := timingOf(flop)
	peak, ours := 0.0, sample{best: 1e9}
	theirs, ratios := make([]float64, len(commands)), make([][]float64, len(commands))
	for b.Loop() {
		peak = max(peak, peakRate(threads))
		us := t.of(f)
		ours.best = min(ours.best, us.best)
		for i, command := range commands {
			s, ok := p.ask(b, t, command)
			if !ok {
				continue
			}
			theirs[i] = max(theirs[i], flop/s.best)
			ratios[i] = append(ratios[i], s.median/us.median)
		}
	}
	ratio := 0.0
	for i, r := range ratios {
		if len(r) == 0 {
			continue
		}
		slices.Sort(r)
		if m := r[len(r)/2]; ratio == 0 || m < ratio {
			ratio = m
		}
		b.ReportMetric(theirs[i]*1e-9, peerName(commands[i])+"-GFLOP/s")
	}
	b.ReportMetric(0, "ns/op") // that of a round says nothing
	b.ReportMetric(flop/ours.best*1e-9, "GFLOP/s")
	b.ReportMetric(100*flop/ours.best/peak, "%peak")
	if ratio > 0 {
		b.ReportMetric(ratio, "ratio")
	}
}

// peerName returns what a command is called in the report.
func peerName(command string) string {
	words := strings.Fields(command)
	if _, err := strconv.Atoi(words[2]); err != nil {
		return words[1] + "-" + words[2]
	}
	return words[1]
}

// peakRate returns the floating-point operations that the threads do in a second when they do nothing else.
func peakRate(threads int) float64 {
	const rounds = 20_000
	best := 0.0
	for range 5 {
		start, flop := time.Now(), make([]int, threads)
		parallel.For(threads, 1, func(i, _ int) { flop[i] = kernel.Peak(rounds) })
		best = max(best, float64(threads*flop[0])/time.Since(start).Seconds())
	}
	return best
}
