package main

import (
	"slices"

	"github.com/jimu-ml/jimu/internal/kernel"
)

// probeCells takes one step of recurrences of 200 units, and back.
func probeCells(a, b, c []float32) []float32 {
	const n = 200
	x := make([]float32, 6*n)
	h, cell, q, carry, dn := x[:n], x[n:2*n], x[2*n:3*n], x[3*n:4*n], x[4*n:5*n]
	kernel.LSTM(h, cell, c, a, b, n)
	result := slices.Concat(a, h, cell)
	copy(carry, h)
	kernel.LSTMGrad(carry, b, h, cell, a, cell, c, n)
	result = slices.Concat(result, b, carry)
	kernel.GRU(h, c, b, a, n)
	result = slices.Concat(result, b, h)
	copy(q, a[2*n:])
	kernel.GRUGrad(carry, a, dn, h, cell, b, q, c, n)
	return slices.Concat(result, a, carry, dn)
}
