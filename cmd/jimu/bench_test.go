package main

import (
	"encoding/json"
	"runtime"
	"testing"
)

func TestBench(t *testing.T) {
	threads := runtime.GOMAXPROCS(0)
	t.Cleanup(func() { useThreads(threads) })
	out := well(t, "bench", "gemm256", "--threads", "1", "--seconds", "0.01", "--json")
	var m measurement
	if err := json.Unmarshal([]byte(out), &m); err != nil || m.Work != "gemm256" || m.Threads != 1 || m.Unit != "GFLOP/s" ||
		!(m.Best > 0 && m.Median >= m.Best && m.Value > 0 && m.PeakRSS > 1) {
		t.Errorf("%s: %v", out, err)
	}
}

func TestWorksRun(t *testing.T) {
	for _, w := range works {
		if testing.Short() && w.name == "gemm2048" {
			continue
		}
		if err := w.make()(); err != nil {
			t.Errorf("%s: %v", w.name, err)
		}
	}
}
