// Published loads weights that others trained and published, and tests them on the pictures that they are for.
//
//	go run ./examples/published ../shared
//
// The folder holds weights/ and data/, with a folder for each of those named below. What is not there is passed over.
package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/jimu-ml/jimu/format"
	_ "github.com/jimu-ml/jimu/format/all" // the weights are in several formats
	"github.com/jimu-ml/jimu/model"
	_ "github.com/jimu-ml/jimu/model/lenet"
	_ "github.com/jimu-ml/jimu/model/resnet"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// A trial is a file of weights, the model that it is for, and pictures with the number that must be right.
type trial struct {
	weights string
	model   func() (nn.Layer, error)
	set     string // a key of sets
	scale   scale
	right   int
	slow    bool // takes more than a few seconds
}

// A scale makes numbers of bytes, for each channel: (x/255 − mean)/std.
type scale struct{ mean, std [3]float32 }

var (
	digits   = scale{[3]float32{0.1307}, [3]float32{0.3081}}
	imageNet = scale{[3]float32{0.485, 0.456, 0.406}, [3]float32{0.229, 0.224, 0.225}}
	half     = scale{[3]float32{0.5, 0.5, 0.5}, [3]float32{0.5, 0.5, 0.5}}
)

// named builds an architecture without values, for they come from the file.
func named(name, config string) func() (nn.Layer, error) {
	return func() (nn.Layer, error) {
		return model.New(name, nil, model.Examples{Input: []int{3, 32, 32}, Outputs: 10}, []byte(config))
	}
}

func own() (nn.Layer, error) { return newDigits(), nil }

const lenet = `{"pool": "max", "relu": true}`

var trials = []trial{
	{"mnist-burn/mnist.pt", own, "mnist", digits, 9915, false},
	{"mnist-burn/mnist.safetensors", own, "mnist", digits, 9917, false},
	{"captum-small/cifar_torchvision.pt", named("lenet", lenet), "cifar lossless", half, 670, false},
	{"resnet-cifar10/resnet20-12fca82f.th", named("resnet20_cifar", ""), "cifar lossless", imageNet, 999, false},
	{"resnet-cifar10/resnet56-4bfd9763.th", named("resnet56_cifar", ""), "cifar lossless", imageNet, 1000, true},
	{"captum-small/cifar_torchvision.pt", named("lenet", lenet), "cifar jpeg plain", half, 5846, true},
	{"resnet-cifar10/resnet20-12fca82f.th", named("resnet20_cifar", ""), "cifar jpeg plain", imageNet, 8082, true},
	{"resnet-cifar10/resnet56-4bfd9763.th", named("resnet56_cifar", ""), "cifar jpeg plain", imageNet, 8290, true},
	{"captum-small/cifar_torchvision.pt", named("lenet", lenet), "cifar jpeg", half, 5845, true},
	{"resnet-cifar10/resnet20-12fca82f.th", named("resnet20_cifar", ""), "cifar jpeg", imageNet, 8104, true},
	{"resnet-cifar10/resnet56-4bfd9763.th", named("resnet56_cifar", ""), "cifar jpeg", imageNet, 8312, true},
}

// run tests the weights on all pictures of their set, and returns how many are right, of how many, and the mean loss.
func (t trial) run(root string, s *set) (right int, loss float64, err error) {
	m, err := t.model()
	if err != nil {
		return 0, 0, err
	}
	f, err := format.Open(filepath.Join(root, "weights", filepath.FromSlash(t.weights)))
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	if err := model.Load(m, f); err != nil {
		return 0, 0, fmt.Errorf("%s: %w", t.weights, err)
	}
	const batch = 100
	for i := 0; i < len(s.labels); i += batch {
		labels := s.labels[i:min(i+batch, len(s.labels))]
		p := nn.NewPass(nn.PassConfig{})
		z := op.LogSoftmax(m.Forward(p, p.Input(s.batch(i, len(labels), t.scale))), 1)
		best, all := z.ArgMax(1).Ints(), z.Floats()
		for k, y := range labels {
			if best[k] == int64(y) {
				right++
			}
			loss -= float64(all[k*len(all)/len(labels)+y])
		}
		p.Close()
	}
	return right, loss / float64(len(s.labels)), nil
}

// report runs the trials, all or but the quick ones, and says what came out. It returns how many differed from what must be.
func report(w io.Writer, root string, slow bool) (differ int, err error) {
	known := map[string]*set{}
	for _, t := range trials {
		if t.slow && !slow {
			continue
		}
		s := known[t.set]
		if s == nil {
			if s, err = sets[t.set](filepath.Join(root, "data")); err == nil {
				known[t.set] = s
			}
		}
		var right int
		var loss float64
		if err == nil {
			right, loss, err = t.run(root, s)
		}
		switch {
		case errors.Is(err, fs.ErrNotExist):
			fmt.Fprintf(w, "%-38s %-17s passed over: %v\n", t.weights, t.set, err)
		case err != nil:
			return differ, err
		default:
			n := len(s.labels)
			fmt.Fprintf(w, "%-38s %-17s %5d of %5d right, %.2f %%; loss %.4f\n", t.weights, t.set, right, n, 100*float64(right)/float64(n), loss)
			if right != t.right {
				fmt.Fprintf(w, "    %d were expected\n", t.right)
				differ++
			}
		}
		err = nil
	}
	return differ, nil
}

func main() {
	root := filepath.Join("..", "shared")
	if len(os.Args) > 1 {
		root = os.Args[1]
	}
	differ, err := report(os.Stdout, root, true)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if err != nil || differ > 0 {
		os.Exit(1)
	}
}

// digitsModel is the network of Burn's example for MNIST.
//
//	x [n 1 28 28] → logits [n 10]
type digitsModel struct {
	Conv1, Conv2, Conv3 *nn.Conv2d
	Norm1               *nn.BatchNorm
	FC1, FC2            *nn.Linear
	Norm2               *nn.BatchNorm
}

func newDigits() *digitsModel {
	return &digitsModel{
		Conv1: nn.NewConv2d(nil, 1, 8, 3, nn.ConvConfig{}), Conv2: nn.NewConv2d(nil, 8, 16, 3, nn.ConvConfig{}),
		Conv3: nn.NewConv2d(nil, 16, 24, 3, nn.ConvConfig{}), Norm1: nn.NewBatchNorm(24),
		FC1: nn.NewLinear(nil, 24*22*22, 32), FC2: nn.NewLinear(nil, 32, 10), Norm2: nn.NewBatchNorm(10),
	}
}

// Forward returns the logits of digits.
func (m *digitsModel) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	for _, c := range []*nn.Conv2d{m.Conv1, m.Conv2, m.Conv3} {
		x = op.Relu(c.Forward(p, x))
	}
	x = m.Norm1.Forward(p, x).Flatten(1, -1) // [n 24·22·22]
	return m.Norm2.Forward(p, m.FC2.Forward(p, op.Relu(m.FC1.Forward(p, x))))
}
