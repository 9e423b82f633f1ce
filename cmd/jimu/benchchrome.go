package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jimu-ml/jimu/device/trace"
)

// A chromeEvent is an event of the trace format that Chrome and Perfetto read: ph X is a span, M a name. Times are in
// microseconds.
type chromeEvent struct {
	Name  string         `json:"name"`
	Kind  string         `json:"cat,omitempty"`
	Phase string         `json:"ph"`
	Start float64        `json:"ts"`
	Time  float64        `json:"dur"`
	PID   int            `json:"pid"`
	TID   int            `json:"tid"`
	Args  map[string]any `json:"args,omitempty"`
}

// The rows of the trace.
const (
	rowOfRuns = 1 + iota
	rowOfCalls
)

// writeTrace writes the calls and the runs around them as a Chrome trace.
func (p *workProfile) writeTrace(name string) (err error) {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	w := bufio.NewWriter(f)
	fmt.Fprint(w, `{"displayTimeUnit":"ms","traceEvents":[`)
	for i, e := range p.chromeEvents() {
		if i > 0 {
			fmt.Fprint(w, ",")
		}
		b, err := json.Marshal(e)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "\n%s", b)
	}
	fmt.Fprint(w, "\n]}\n")
	return w.Flush()
}

func (p *workProfile) chromeEvents() []chromeEvent {
	named := func(kind string, tid int, name string) chromeEvent {
		return chromeEvent{Name: kind, Phase: "M", PID: 1, TID: tid, Args: map[string]any{"name": name}}
	}
	all := []chromeEvent{
		named("process_name", 0, "jimu bench "+p.work),
		named("thread_name", rowOfRuns, "runs"), named("thread_name", rowOfCalls, "operations"),
	}
	for i, s := range p.runs {
		all = append(all, chromeEvent{
			Name: fmt.Sprintf("%s %d", p.work, i+1), Phase: "X", Start: micro(s.start), Time: micro(s.time), PID: 1, TID: rowOfRuns,
		})
	}
	for _, e := range p.events {
		all = append(all, p.chromeCall(e))
	}
	return all
}

func (p *workProfile) chromeCall(e trace.Event) chromeEvent {
	ns := max(float64(e.Time), 1)
	args := map[string]any{
		"shapes": shapesOf(e), "flops": e.FLOPs, "bytes": e.Bytes, "GFLOP/s": round3(float64(e.FLOPs) / ns),
		"GB/s": round3(float64(e.Bytes) / ns), "of the roofline": round3(p.roofline(e.FLOPs, e.Bytes, e.Time)),
	}
	name := e.Op.String()
	if e.Layer != "" {
		args["layer"] = e.Layer
		name += " " + e.Layer
	}
	return chromeEvent{
		Name: name, Kind: e.Op.String(), Phase: "X", Start: micro(e.Start), Time: micro(e.Time), PID: 1, TID: rowOfCalls, Args: args,
	}
}

// shapesOf returns the shapes of a call's inputs and of its first output: "[1 3 224 224] [64 3 3 3] → [1 64 224 224]".
func shapesOf(e trace.Event) string {
	var b strings.Builder
	for _, s := range e.Inputs {
		if s == nil {
			b.WriteString("- ")
			continue
		}
		fmt.Fprintf(&b, "%v ", s)
	}
	fmt.Fprintf(&b, "→ %v", e.Output.Dims())
	return b.String()
}

func micro(t time.Duration) float64 { return float64(t) / 1e3 }

// round3 leaves three digits behind the point: more are noise.
func round3(x float64) float64 { return float64(int64(x*1000+0.5)) / 1000 }
