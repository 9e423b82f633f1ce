package kernel

import "unsafe"

// A DepthRow is a row of outputs of a convolution in which every channel is by itself. Channels are adjacent; strides
// are in elements.
type DepthRow struct {
	X          unsafe.Pointer // what the first output sees; a tap has its offset
	XCol       int            // stride from output to output
	Y          unsafe.Pointer // outputs, or their gradients
	YCol       int
	W          unsafe.Pointer // weights, or their gradients; a tap has its offset
	Taps       unsafe.Pointer // Count of them, as [DepthTap]
	Count      int            // at least 1
	N, Outputs int            // channels and outputs, at least 1
	Bias       unsafe.Pointer // N elements; of DepthForward alone
	Floor      float32        // and so this: what is less becomes this. 0 is a ReLU, −Inf is nothing
}

// A DepthTap is a position in the window: where it lies in X, and its weights.
type DepthTap struct{ X, W int }

// DepthForward computes a row of outputs:
//
//	y[o, c] = max(bias[c] + Σ x[o, tap, c]·w[tap, c], floor)
//
// It does not check what it is given. A call should not have more than 10⁶ products by vectors.
func DepthForward(t *DepthRow) { depthForward(t) }

// DepthWeights adds a row to the gradients of the weights:
//
//	w[tap, c] += Σ x[o, tap, c]·y[o, c]     o in order, from 0
//
// It does not check what it is given.
func DepthWeights(t *DepthRow) {
	taps, count := t.Taps, t.Count
	for i := 0; i < count; i += depthTaps {
		t.Taps, t.Count = unsafe.Add(taps, i*int(unsafe.Sizeof(DepthTap{}))), min(depthTaps, count-i)
		depthWeights(t)
		Checkpoint()
	}
	t.Taps, t.Count = taps, count
}

// depthTaps is how many taps depthWeights has at most.
const depthTaps = 9

var (
	depthForward = depthForwardGeneric
	depthWeights = depthWeightsGeneric
)

func (t *DepthRow) tap(i int) *DepthTap {
	return (*DepthTap)(unsafe.Add(t.Taps, i*int(unsafe.Sizeof(DepthTap{}))))
}

func depthForwardGeneric(t *DepthRow) {
	for o := range t.Outputs {
		for c := range t.N {
			sum := *at(t.Bias, c)
			for i := range t.Count {
				tap := t.tap(i)
				sum += *at(t.X, o*t.XCol+tap.X+c) * *at(t.W, tap.W+c)
			}
			if sum < t.Floor {
				sum = t.Floor
			}
			*at(t.Y, o*t.YCol+c) = sum
		}
	}
}

func depthWeightsGeneric(t *DepthRow) {
	for i := range t.Count {
		tap := t.tap(i)
		for c := range t.N {
			sum := float32(0)
			for o := range t.Outputs {
				sum += *at(t.X, o*t.XCol+tap.X+c) * *at(t.Y, o*t.YCol+c)
			}
			*at(t.W, tap.W+c) += sum
		}
	}
}
