package drawing

import (
	"context"
	"fmt"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/convnet"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// A gallery is real pictures, with which those that a model makes are compared.
type gallery struct {
	train, test *data.Bytes // without padding, from −1 to 1
	samples     int
	weights     string // of mnist-burn's network; "": one is trained
}

// toLearn is how many training pictures the network of features learns from at most.
const toLearn = 6000

// compare returns the Fréchet distance of pictures that a model makes from the test set, and as the least that could be hoped
// for that of as many training pictures. Both are of the features of one network.
func (g *gallery) compare(ctx context.Context, m *maker) (made, real float64, err error) {
	features, err := g.features(ctx)
	if err != nil {
		return 0, 0, err
	}
	pictures, err := m.make(ctx, m.some(g.samples, rng.KeyOf(0).Child("test")), m.turns(g.samples), nil)
	if err != nil {
		return 0, 0, err
	}
	tests := data.Range(g.test, 0, g.test.Len())
	some := data.Subset{Set: g.train, Index: rng.KeyOf(0).Child("floor").Perm(g.train.Len())[:min(g.samples, g.train.Len())]}
	sets := []data.Set{&data.Tensors{X: pictures}, some}
	var distances [2]float64
	for i, set := range sets {
		var d metric.FID
		for k, s := range []data.Set{set, tests} {
			f, err := train.Predict(ctx, features, s, 256)
			if err != nil {
				return 0, 0, fmt.Errorf("features of pictures: %w", err)
			}
			d.Add([]*tensor.Tensor{f, nil}[k], []*tensor.Tensor{nil, f}[k])
		}
		distances[i] = d.Value()
	}
	return distances[0], distances[1], nil
}

// features returns a network from pictures to features: that of a file, or the hidden layer of a classifier of the training
// set, trained here with a seed of its own, so that all runs on a set have the same.
func (g *gallery) features(ctx context.Context) (nn.Layer, error) {
	if g.weights != "" {
		return burnt(g.weights)
	}
	classes := 0
	for _, y := range g.train.Labels {
		classes = max(classes, int(y)+1)
	}
	net, err := convnet.New(rng.New(1), []int{1, visible, visible}, classes, convnet.Config{Channels: []int{16, 32}, Hidden: 64})
	if err != nil {
		return nil, err
	}
	opt := optim.New(optim.Adam{LR: 1e-3}, nn.Params(net))
	set := data.Range(g.train, 0, min(toLearn, g.train.Len()))
	_, err = train.Fit(ctx, train.Supervised(net, objective.Func(objective.CrossEntropy)), opt, set, train.Config{Epochs: 3, BatchSize: 64, Seed: 1})
	if err != nil {
		return nil, fmt.Errorf("the classifier of features: %w", err)
	}
	return net[:len(net)-1], nil
}

// A burn is the network of Burn's example for MNIST, up to its hidden layer of 32 features.
//
//	x [n 1 28 28] from −1 to 1 → features [n 32]
type burn struct {
	Conv1, Conv2, Conv3 *nn.Conv2d
	Norm1               *nn.BatchNorm
	FC1                 *nn.Linear
}

// burnt reads the weights of that network. Its head is in the file too, and is left there.
func burnt(path string) (nn.Layer, error) {
	f, err := format.Open(path)
	if err != nil {
		return nil, fmt.Errorf("data.features: %w", err)
	}
	defer f.Close()
	m := &burn{
		Conv1: nn.NewConv2d(nil, 1, 8, 3, nn.ConvConfig{}), Conv2: nn.NewConv2d(nil, 8, 16, 3, nn.ConvConfig{}),
		Conv3: nn.NewConv2d(nil, 16, 24, 3, nn.ConvConfig{}), Norm1: nn.NewBatchNorm(24), FC1: nn.NewLinear(nil, 24*22*22, 32),
	}
	missing, _, err := model.LoadPart(m, f)
	if err == nil && len(missing) > 0 {
		err = fmt.Errorf("%s lacks %s", path, missing[0])
	}
	if err != nil {
		return nil, fmt.Errorf("data.features: %w; want the weights of mnist-burn", err)
	}
	return m, nil
}

// Forward returns the features of pictures.
func (m *burn) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	const mean, deviation = 0.1307, 0.3081 // of MNIST, from 0 to 1
	x = x.AddScalar(1).Scale(0.5).AddScalar(-mean).Scale(1 / deviation)
	for _, c := range []*nn.Conv2d{m.Conv1, m.Conv2, m.Conv3} {
		x = op.Relu(c.Forward(p, x))
	}
	return op.Relu(m.FC1.Forward(p, m.Norm1.Forward(p, x).Flatten(1, -1)))
}
