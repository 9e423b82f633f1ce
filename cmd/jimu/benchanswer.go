package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/device/trace"
	"github.com/jimu-ml/jimu/internal/usage"
	"github.com/jimu-ml/jimu/tensor"
)

// obeyOrders obeys orders, a line each, until there are no more: it is the process that is measured.
func (a *app) obeyOrders(ctx context.Context, orders io.Reader) error {
	var run func() error
	in, out := json.NewDecoder(orders), json.NewEncoder(a.out)
	for {
		var o order
		if err := in.Decode(&o); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		var to answer
		var err error
		if e := tensor.Catch(func() { to, err = obey(ctx, o, &run) }); e != nil {
			err = e
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			to.Error = err.Error()
		}
		if err := out.Encode(to); err != nil {
			return err
		}
	}
}

// obey does what an order says. What is made is run from then on.
func obey(ctx context.Context, o order, run *func() error) (to answer, err error) {
	switch o.Do {
	case "hello":
		return answer{PeakRSS: float64(usage.Peak())}, nil
	case "peaks":
		return answer{FMA: fmaPeak(o.Threads), Copy: copyPeak(o.Threads)}, nil
	case "make":
		w, ok := workNamed(o.Work)
		if !ok {
			return answer{Missing: true}, nil
		}
		*run = w.make(cpu.Device)
		return to, warmUp(ctx, *run)
	case "run":
		to.Times, err = timesOf(ctx, *run, o.Seconds)
		to.PeakRSS = float64(usage.Peak())
		return to, err
	case "count":
		w, _ := workNamed(o.Work)
		*run = nil // what it holds is as large as what is about to be made
		d := trace.New(cpu.Device, trace.Config{})
		once := w.make(d)
		d.Reset()
		err = once()
		for _, c := range d.Costs() {
			to.FLOPs += float64(c.FLOPs)
			to.Bytes += float64(c.Bytes)
		}
		return to, err
	}
	return to, fmt.Errorf("no order %q", o.Do)
}

// warmUp runs three times, or as often as a few seconds have room for.
func warmUp(ctx context.Context, run func() error) error {
	for begin, i := time.Now(), 0; i == 0 || i < 3 && time.Since(begin) < 3*time.Second; i++ {
		if err := errors.Join(ctx.Err(), run()); err != nil {
			return err
		}
	}
	return nil
}

// timesOf runs for a while, and at least once, and returns what each run took.
func timesOf(ctx context.Context, run func() error, seconds float64) (times []float64, err error) {
	if run == nil {
		return nil, errors.New("nothing is made that could run")
	}
	for begin := time.Now(); len(times) == 0 || time.Since(begin).Seconds() < seconds; {
		t := time.Now()
		if err := run(); err != nil {
			return nil, err
		}
		times = append(times, time.Since(t).Seconds())
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return times, nil
}
