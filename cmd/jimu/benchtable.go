package main

import "fmt"

// A measurement is a line of results.
type measurement struct {
	Work    string  `json:"work"`
	Threads int     `json:"threads"`
	Median  float64 `json:"median_ms"` // over the rounds, of the median of each
	Best    float64 `json:"best_ms"`
	Value   float64 `json:"value"` // by the median
	Unit    string  `json:"unit"`
	PeakRSS float64 `json:"peak_rss_mb"` // of the process that did nothing else
	IdleRSS float64 `json:"idle_rss_mb"` // of that before the work was made

	Share float64 `json:"share,omitempty"` // by the median, of the peak that was measured
	Of    string  `json:"of,omitempty"`    // "fma" or "bandwidth"
	Peak  float64 `json:"peak,omitempty"`  // GFLOP/s of multiply-adds, or GB/s of a copy

	*comparison
}

// A comparison is what a peer, or one thread, did in the same rounds.
type comparison struct {
	Peer        string  `json:"peer"`
	How         string  `json:"peer_how,omitempty"` // which of its ways was measured
	PeerMedian  float64 `json:"peer_median_ms"`
	PeerBest    float64 `json:"peer_best_ms"`
	PeerPeakRSS float64 `json:"peer_peak_rss_mb"`
	PeerIdleRSS float64 `json:"peer_idle_rss_mb"`
	Ratio       float64 `json:"ratio"` // of the peer's time to ours: median over the rounds
}

func (b *bench) head() string {
	s := fmt.Sprintf("%-18s %7s %12s %12s %12s %-9s %9s %18s", "work", "threads", "median ms", "best ms", "value", "", "peak MB", "of the peak")
	switch {
	case b.scaling:
		s += fmt.Sprintf("  %12s %12s %9s %7s", "1 thread ms", "best ms", "peak MB", "ratio")
	case b.rival != nil:
		s += fmt.Sprintf("  %12s %12s %9s %7s  %s", "peer ms", "best ms", "peak MB", "ratio", "how")
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
		s += fmt.Sprintf("  %12.3f %12.3f %9.0f %7.2f", m.PeerMedian, m.PeerBest, m.PeerPeakRSS, m.Ratio)
		if m.How != "" {
			s += "  " + m.How
		}
	}
	return s
}

func threadsOf(n int) string {
	if n == 1 {
		return "1 thread"
	}
	return fmt.Sprintf("%d threads", n)
}
