package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// The programs of the peers: the protocol, and behind it the works of each.
var (
	//go:embed peer/protocol.py
	peerProtocol string
	//go:embed peer/pytorch.py
	peerPyTorch string
	//go:embed peer/onnxruntime.py
	peerONNXRuntime string
)

// peers maps the names of the peers to their programs.
var peers = map[string]string{
	"pytorch":     peerProtocol + peerPyTorch,
	"onnxruntime": peerProtocol + peerONNXRuntime,
}

func peerNames() []string { return slices.Sorted(maps.Keys(peers)) }

// A peer is another framework, in a Python.
type peer struct {
	program, python string
	tuned, compile  bool
}

// findRival finds what the flags want us to be measured beside, if anything. It is started once, so that what is missing is
// said before anything is measured.
func (b *bench) findRival(ctx context.Context, threads int) error {
	switch {
	case b.scaling:
		b.rival = func(ctx context.Context, _ int) (*side, error) { return startSelf(ctx, 1) }
		return nil
	case b.peer == "":
		return nil
	}
	p, err := findPeer(b.benchOptions)
	if err != nil {
		return err
	}
	b.show.status("looking for %s", b.peer)
	s, err := p.start(ctx, threads)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return err
	}
	s.end()
	for _, line := range s.said {
		b.show.say("%s", line)
	}
	if !b.json {
		b.show.say("the peer is %s; %.0f MB of its memory are there before it has work", s.name, s.idle)
	}
	b.rival = p.start
	return nil
}

// findPeer returns the peer that the flags name.
func findPeer(o benchOptions) (*peer, error) {
	program, ok := peers[o.peer]
	if !ok {
		return nil, misusef("there is no peer %q; there are %s", o.peer, strings.Join(peerNames(), ", "))
	}
	path, err := exec.LookPath(o.python)
	if err != nil {
		return nil, fmt.Errorf("no Python is found as %s: install one with %s, or name it with --python", o.python, o.peer)
	}
	return &peer{program, path, o.tuned, o.compile}, nil
}

// start starts the peer on a number of processors.
func (p *peer) start(ctx context.Context, threads int) (*side, error) {
	cmd := exec.CommandContext(ctx, p.python, "-u", "-c", p.program)
	cmd.Env = os.Environ()
	for _, library := range []string{"OMP", "OPENBLAS", "MKL", "BLIS"} {
		cmd.Env = append(cmd.Env, fmt.Sprintf("%s_NUM_THREADS=%d", library, threads))
	}
	if p.tuned {
		cmd.Env = append(cmd.Env, tunings...)
	}
	s, err := startSide(cmd)
	if err != nil {
		return nil, err
	}
	s.name = "the peer"
	a, err := s.ask(order{Do: "hello", Threads: threads, Tuned: p.tuned, Compile: p.compile})
	if err != nil {
		s.end()
		if a.Error != "" {
			return nil, errors.New(a.Error)
		}
		return nil, err
	}
	s.name, s.idle, s.said = a.Name, a.PeakRSS/1e6, a.Say
	return s, nil
}

// tunings are the settings that help PyTorch on processors newer than its libraries: AVX-512 where they know only AVX2, and
// an allocator that does not give memory back to the system after each step.
var tunings = []string{
	"OPENBLAS_CORETYPE=SkylakeX", "ATEN_CPU_CAPABILITY=avx512",
	"MALLOC_MMAP_THRESHOLD_=1073741824", "MALLOC_TRIM_THRESHOLD_=4294967296",
}
