// Twolayer trains a network of two layers whose gradients are written by hand, on real data: how far a car goes on a gallon.
// It is the network of an article whose backward pass lacks a factor; the comments say what is different here, and why.
//
//	go run ./examples/twolayer
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"math"
	"os"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

func main() {
	if _, err := run(context.Background(), os.Stdout, (*network).backward, 0.05); err != nil {
		log.Fatal(err)
	}
}

// A walkBack is a way to compute gradients: [network.backward], or the printed one.
type walkBack func(n *network, x, a1, y, target *tensor.Tensor) *network

// run trains and returns the root mean squared error on the cars held out, in miles a gallon.
func run(ctx context.Context, out io.Writer, back walkBack, rate float64) (float64, error) {
	key := rng.KeyOf(1)
	train, test, deviation, err := cars(key.Child("split"))
	if err != nil {
		return 0, err
	}
	n := newNetwork(key.Child("network"), train.X.Dim(1), 16, 1)
	miss := func() float64 {
		_, y := n.forward(test.X)
		return deviation * math.Sqrt(loss(y, test.Y))
	}
	l := data.Loader{Set: train, BatchSize: 32, Key: key.Child("order")}
	for epoch := range 100 {
		if epoch%20 == 0 {
			fmt.Fprintf(out, "after %3d epochs the error is %.2f miles a gallon\n", epoch, miss())
		}
		for b, err := range l.Epoch(ctx, epoch, 0) {
			if err != nil {
				return 0, err
			}
			a1, y := n.forward(b.X)
			n = n.step(back(n, b.X, a1, y, b.Y), rate)
		}
	}
	fmt.Fprintf(out, "after 100 epochs the error is %.2f; that of the mean is %.2f\n", miss(), deviation*math.Sqrt(loss(test.Y.Scale(0), test.Y)))
	return miss(), nil
}
