package train

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Events is a file that TensorBoard reads: scalars, texts and histograms of a run. It is a row of records: length,
// masked CRC-32C of the length, a protobuf Event, masked CRC-32C of that. It is safe for use by several goroutines. What is written is in the file when
// a method returns.
type Events struct {
	mu  sync.Mutex
	f   *os.File
	now func() time.Time
}

// CreateEvents makes a new event file in a folder, which it makes too. A run that goes on after a stop writes a further file:
// call [Events.Resume] to drop what an earlier one says of later steps.
func CreateEvents(dir string) (*Events, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("event file: %w", err)
	}
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	now := time.Now()
	name := fmt.Sprintf("events.out.tfevents.%010d.%s.%d.%d", now.Unix(), host, os.Getpid(), now.Nanosecond())
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, fmt.Errorf("event file: %w", err)
	}
	w := &Events{f: f, now: time.Now}
	// TensorBoard wants the version of the format in the first event.
	return w, w.write(0, func(b []byte) []byte { return wireString(b, 3, "brain.Event:2") })
}

// Scalar writes a number under a tag, such as "loss/train".
func (w *Events) Scalar(tag string, step int, v float64) error {
	return w.write(step, func(b []byte) []byte {
		return wireSummary(b, tag, func(b []byte) []byte { return wireFloat(b, 2, float32(v)) })
	})
}

// Text writes a text under a tag; TensorBoard shows it as Markdown.
func (w *Events) Text(tag string, step int, text string) error {
	return w.write(step, func(b []byte) []byte {
		return wireSummary(b, tag, func(b []byte) []byte {
			b = wireBytes(b, 9, wireBytes(nil, 1, wireString(nil, 1, "text"))) // metadata: the plugin's name
			const dtString = 7
			return wireBytes(b, 8, wireString(wireInt(nil, 1, dtString), 8, text)) // a tensor of one string
		})
	})
}

// Histogram writes the distribution of values under a tag, in 30 bins of equal width.
func (w *Events) Histogram(tag string, step int, values []float32) error {
	h := histogramOf(values)
	return w.write(step, func(b []byte) []byte {
		return wireSummary(b, tag, func(b []byte) []byte {
			var p []byte
			for i, v := range []float64{h.min, h.max, h.n, h.sum, h.square} {
				p = wireDouble(p, i+1, v)
			}
			p = wireDoubles(p, 6, h.limits)
			return wireBytes(b, 5, wireDoubles(p, 7, h.counts))
		})
	})
}

// Resume says that the run goes on from a step: what earlier files say of that step and later ones is void.
func (w *Events) Resume(step int) error {
	const start = 1
	return w.write(step, func(b []byte) []byte { return wireBytes(b, 7, wireInt(nil, 1, start)) })
}

// Close closes the file.
func (w *Events) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.f.Close()
}

func (w *Events) write(step int, fill func(b []byte) []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	wall := float64(w.now().UnixNano()) / 1e9
	if _, err := w.f.Write(frame(wireEvent(wall, int64(step), fill))); err != nil {
		return fmt.Errorf("event file: %w", err)
	}
	return nil
}

type histogram struct {
	min, max, n, sum, square float64
	limits, counts           []float64
}

func histogramOf(values []float32) histogram {
	const bins = 30
	h := histogram{min: math.Inf(1), max: math.Inf(-1)}
	for _, v := range values {
		x := float64(v)
		if math.IsNaN(x) || math.IsInf(x, 0) {
			continue
		}
		h.min, h.max = min(h.min, x), max(h.max, x)
		h.n, h.sum, h.square = h.n+1, h.sum+x, h.square+x*x
	}
	if h.n == 0 {
		return histogram{limits: []float64{0}, counts: []float64{0}}
	}
	width := max(h.max-h.min, 1e-12) / bins
	h.limits, h.counts = make([]float64, bins), make([]float64, bins)
	for i := range h.limits {
		h.limits[i] = h.min + width*float64(i+1)
	}
	for _, v := range values {
		if x := float64(v); x >= h.min && x <= h.max {
			h.counts[min(int((x-h.min)/width), bins-1)]++
		}
	}
	return h
}
