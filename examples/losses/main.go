// Losses computes the worked examples of an article on loss and activation functions, as they were printed and as they
// are right. The formulas were printed with signs and terms confused; the numbers show which form is which.
//
//	go run ./examples/losses
package main

import (
	"fmt"
	"math"
)

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// printedCrossEntropy is the article's loss of a target y and a probability a: −y ln a + (1−y) ln(1−a). The second sign is
// wrong: for y = 0 it is negative, has no lower bound, and falls as a goes to 1, so that negatives are driven to be positive.
func printedCrossEntropy(y, a float64) float64 { return -y*math.Log(a) + (1-y)*math.Log(1-a) }

// crossEntropy is the loss as it is meant: −[y ln a + (1−y) ln(1−a)].
func crossEntropy(y, a float64) float64 { return -(y*math.Log(a) + (1-y)*math.Log(1-a)) }

// logitCrossEntropy is the same from the logit z, with a = σ(z). It never takes the logarithm of a rounded probability:
//
//	J = max(z, 0) − z·y + ln(1 + e^−|z|)
func logitCrossEntropy(y, z float64) float64 {
	return max(z, 0) - z*y + math.Log1p(math.Exp(-math.Abs(z)))
}

// logitGradient is ∂J/∂z = σ(z) − y. The article prints it as the loss itself.
func logitGradient(y, z float64) float64 { return sigmoid(z) - y }

// printedPositive is the article's loss for y = 1: 1 − σ(z). That is −∂J/∂z.
func printedPositive(z float64) float64 { return 1 - sigmoid(z) }

// printedNegative is the article's loss for y = 0: −ln(1 + e⁻ᶻ). That is ln σ(z), minus the loss for y = 1.
func printedNegative(z float64) float64 { return -math.Log(1 + math.Exp(-z)) }

func relu(z float64) float64 { return max(0, z) }

// reluGradient is what the article leaves out: 1 above 0, 0 below, and by convention 0 at 0.
func reluGradient(z float64) float64 {
	if z > 0 {
		return 1
	}
	return 0
}

func main() {
	const z = 0.7
	fmt.Printf("%-34s %9s %9s\n", "", "printed", "right")
	row := func(what string, printed, right float64) { fmt.Printf("%-34s %9.4f %9.4f\n", what, printed, right) }
	row("cross-entropy, y=1, z=0.7", printedPositive(z), logitCrossEntropy(1, z))
	row("cross-entropy, y=0, z=0.7", printedNegative(z), logitCrossEntropy(0, z))
	row("cross-entropy, y=0, a=0.999", printedCrossEntropy(0, 0.999), crossEntropy(0, 0.999))

	fmt.Println("\nfar out, the loss of y=0 from the probability and from the logit:")
	for _, z := range []float64{10, 20, 40} {
		fmt.Printf("z=%-4g %9.4f %9.4f   gradient %.4f\n", z, crossEntropy(0, sigmoid(z)), logitCrossEntropy(0, z), logitGradient(0, z))
	}

	fmt.Println("\nthe rectifier and its derivative:")
	for _, z := range []float64{-2, 0, 3} {
		fmt.Printf("z=%-4g %9.4f %9.4f\n", z, relu(z), reluGradient(z))
	}
}
