package main

import (
	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/data/table"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// cars returns 320 cars to learn from and 78 held out, all columns scaled to mean 0 and deviation 1 as they are in the
// former, and the deviation of the target in miles a gallon.
func cars(key rng.Key) (train, test *data.Tensors, deviation float64, err error) {
	t, err := sample.Cars()
	if err != nil {
		return nil, nil, 0, err
	}
	all := t.Features() // the first column is mpg, the target
	order := key.Perm(t.Rows)
	scale := table.Fit(pick(all, order[:320]))
	if train, err = scaled(pick(all, order[:320]), scale); err != nil {
		return nil, nil, 0, err
	}
	test, err = scaled(pick(all, order[320:]), scale)
	return train, test, float64(scale.Deviation[0]), err
}

// pick returns some rows.
func pick(f *table.Features, rows []int) *table.Features {
	some := &table.Features{Names: f.Names, Rows: len(rows)}
	for _, i := range rows {
		some.X = append(some.X, f.X[i*len(f.Names):(i+1)*len(f.Names)]...)
	}
	return some
}

// scaled returns rows as a set: X [n 9], Y [n 1]. Targets [n] would broadcast against outputs [n 1] to [n n] and say nothing.
func scaled(f *table.Features, scale table.Scale) (*data.Tensors, error) {
	if err := scale.Apply(f); err != nil {
		return nil, err
	}
	rows := tensor.Of(f.X, f.Rows, len(f.Names)).Cast(device.Float64)
	return data.NewTensors(rows.Slice(1, 1, len(f.Names)), rows.Slice(1, 0, 1))
}
