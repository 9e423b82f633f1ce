package main

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func Example() {
	main()
	// Output:
	//                                      printed     right
	// cross-entropy, y=1, z=0.7             0.3318    0.4032
	// cross-entropy, y=0, z=0.7            -0.4032    1.1032
	// cross-entropy, y=0, a=0.999          -6.9078    6.9078
	//
	// far out, the loss of y=0 from the probability and from the logit:
	// z=10     10.0000   10.0000   gradient 1.0000
	// z=20     20.0000   20.0000   gradient 1.0000
	// z=40        +Inf   40.0000   gradient 1.0000
	//
	// the rectifier and its derivative:
	// z=-2      0.0000    0.0000
	// z=0       0.0000    0.0000
	// z=3       3.0000    1.0000
}

// What is right here is what the framework computes, and its gradient is that of differences.
func TestRightFormsAgreeWithTheFramework(t *testing.T) {
	for _, y := range []float64{0, 1} {
		for _, z := range []float64{-30, -3, -0.7, 0, 0.7, 3, 30} {
			x := tensor.Of([]float64{z}).Reshape(1).Watch()
			loss := objective.BinaryCrossEntropy(x, tensor.Of([]float64{y}).Reshape(1)).Sum
			if got, want := logitCrossEntropy(y, z), loss.Item(); math.Abs(got-want) > 1e-12*(1+want) {
				t.Errorf("y=%v z=%v: %v, the framework has %v", y, z, got, want)
			}
			if got, want := logitGradient(y, z), autograd.Backward(loss).Of(x).Item(); math.Abs(got-want) > 1e-12 {
				t.Errorf("y=%v z=%v: gradient %v, the framework has %v", y, z, got, want)
			}
			const h = 1e-5
			if got, want := logitGradient(y, z), (logitCrossEntropy(y, z+h)-logitCrossEntropy(y, z-h))/(2*h); math.Abs(got-want) > 1e-8 {
				t.Errorf("y=%v z=%v: gradient %v, by differences %v", y, z, got, want)
			}
			if math.Abs(z) < 20 && math.Abs(crossEntropy(y, sigmoid(z))-logitCrossEntropy(y, z)) > 1e-9 {
				t.Errorf("y=%v z=%v: from the probability %v", y, z, crossEntropy(y, sigmoid(z)))
			}
		}
	}
	for _, z := range []float64{-2, 0, 3} {
		x := tensor.Of([]float64{z}).Reshape(1).Watch()
		y := op.Relu(x).Sum()
		if y.Item() != relu(z) || autograd.Backward(y).Of(x).Item() != reluGradient(z) {
			t.Errorf("relu at %v differs from the framework's", z)
		}
	}
}

// Following the printed sign, a negative example is pushed towards 1; following the right one, towards 0.
func TestThePrintedSignLearnsTheOpposite(t *testing.T) {
	descend := func(loss func(y, a float64) float64) float64 {
		z := 0.0
		for range 100 {
			const h = 1e-6
			z -= 0.1 * (loss(0, sigmoid(z+h)) - loss(0, sigmoid(z-h))) / (2 * h)
		}
		return sigmoid(z)
	}
	if a := descend(printedCrossEntropy); a < 0.95 {
		t.Errorf("the printed loss takes a negative to %v", a)
	}
	if a := descend(crossEntropy); a > 0.15 {
		t.Errorf("the right loss takes a negative to %v", a)
	}
}

// The article's two cases are no two cases of one function.
func TestPrintedCasesAreOtherThings(t *testing.T) {
	for _, z := range []float64{-3, 0, 0.7} {
		if math.Abs(printedPositive(z)+logitGradient(1, z)) > 1e-12 {
			t.Errorf("z=%v: the printed loss for y=1 is not minus the gradient", z)
		}
		if math.Abs(printedNegative(z)+logitCrossEntropy(1, z)) > 1e-12 || printedNegative(z) >= 0 {
			t.Errorf("z=%v: the printed loss for y=0 is not minus that for y=1", z)
		}
	}
}
