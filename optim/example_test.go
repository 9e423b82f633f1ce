package optim_test

import (
	"fmt"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/tensor"
)

// No weight decay on biases and on the gains of normalizations is one line.
func ExampleOptimizer_Group() {
	weight, gain := &tensor.Param{Value: tensor.Ones(2, 2)}, &tensor.Param{Value: tensor.Ones(2)}
	params := []tensor.Named{{Name: "fc.weight", Param: weight}, {Name: "norm.gain", Param: gain}}

	opt := optim.New(optim.AdamW{LR: 0.1, WeightDecay: 0.5}, params)
	opt.Group(optim.AdamW{LR: 0.1, WeightDecay: optim.None}, optim.Vectors)

	still := autograd.Grads{weight.Value: tensor.Zeros(2, 2), gain.Value: tensor.Zeros(2)}
	if err := opt.Step(still, 1); err != nil {
		panic(err)
	}
	fmt.Println(weight.Value.Floats(), gain.Value.Floats())
	// Output: [0.95 0.95 0.95 0.95] [1 1]
}

// Muon moves the hidden matrices, AdamW the rest.
func ExampleMuon() {
	weight, bias := &tensor.Param{Value: tensor.Zeros(2, 2)}, &tensor.Param{Value: tensor.Zeros(2)}
	params := []tensor.Named{{Name: "fc.weight", Param: weight}, {Name: "fc.bias", Param: bias}}

	opt := optim.New(optim.AdamW{LR: 3e-4}, params).Group(optim.Muon{LR: 0.02}, optim.Matrices)

	g := autograd.Grads{weight.Value: tensor.Of([]float32{3, 0, 0, 1}, 2, 2), bias.Value: tensor.Ones(2)}
	if err := opt.Step(g, 1); err != nil {
		panic(err)
	}
	fmt.Printf("%.2f %.4f\n", weight.Value.Floats(), bias.Value.Floats())
	// Output: [-0.02 0.00 0.00 -0.02] [-0.0003 -0.0003]
}

// LBFGS evaluates the loss where it likes, and so takes a function.
func ExampleLBFGS() {
	p := &tensor.Param{Value: tensor.Of([]float64{-1.25, 1}, 2)}
	opt := optim.New(optim.LBFGS{}, []tensor.Named{{Name: "p", Param: p}})
	for range 40 {
		_, err := opt.StepWith(func() (optim.Evaluation, error) {
			x := p.Value.Watch()
			a, b := x.Select(0, 0), x.Select(0, 1)
			loss := a.Neg().AddScalar(1).Square().Add(b.Sub(a.Square()).Square().Scale(100)) // Rosenbrock's valley
			return optim.Evaluation{Loss: loss.Item(), Grads: autograd.Backward(loss), Scale: 1}, nil
		})
		if err != nil {
			panic(err)
		}
	}
	fmt.Printf("%.3f\n", tensor.Values[float64](p.Value))
	// Output: [1.000 1.000]
}

// Schedules are made of schedules: here a warm-up, and then restarts whose height a plateau cuts.
func ExampleWarmUp() {
	plateau := &optim.ReduceOnPlateau{Factor: 0.5, Patience: -1}
	opt := optim.New(optim.AdamW{}, nil)
	opt.Schedule = optim.WarmUp{Steps: 2, Then: optim.Product{optim.CosineRestarts{First: 4}, plateau}}
	for step := range 6 {
		fmt.Printf("%.2f ", opt.Schedule.Rate(step))
	}
	opt.Observe(1)
	opt.Observe(2) // it did not fall
	fmt.Printf("then %.2f\n", opt.Schedule.Rate(6))
	// Output: 0.50 1.00 1.00 0.85 0.50 0.15 then 0.50
}
