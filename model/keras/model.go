package keras

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/meta"
	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Model is what a file of Keras describes. It implements [model.Program].
type Model struct {
	Name string `nn:"-"`
	Graph
	ports []model.Port
	names []string // of the outputs
}

// Open reads a model and its weights from a file: a .keras archive, or an .h5 file of a whole model.
func Open(path string) (*Model, error) {
	f, err := format.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	m, err := Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// Read is [Open] for a file that is open.
func Read(f format.File) (*Model, error) {
	text := f.Metadata()["model_config"]
	if text == "" {
		return nil, errors.New("the file holds weights, and does not say of what model")
	}
	m, err := New(nil, []byte(text), f.Metadata()["keras_version"])
	if err != nil {
		return nil, err
	}
	return m, m.Load(f)
}

// New builds the model that a description in JSON is of, with fresh parameters, or without values by a nil r. The version
// is that of the Keras that wrote it; a few words mean other things before 3 than since.
func New(r *rng.Rand, text []byte, version string) (*Model, error) {
	d, err := parse(text)
	if err != nil {
		return nil, err
	}
	old := strings.HasPrefix(version, "1.") || strings.HasPrefix(version, "2.")
	m, err := newModel(d, old)
	if err != nil {
		return nil, err
	}
	return m, m.complete(r)
}

// newModel reads a model, whose layers have no parameters yet.
func newModel(d *description, old bool) (*Model, error) {
	read := functional
	if d.ClassName == "Sequential" {
		read = sequential
	}
	g, err := read(d, old)
	if err != nil {
		return nil, fmt.Errorf("%s %q: %w", d.ClassName, d.name(), err)
	}
	return &Model{Name: d.name(), Graph: *g}, nil
}

// complete makes the parameters, for inputs as the input layers describe them.
func (m *Model) complete(r *rng.Rand) error {
	var in [][]int
	for _, i := range m.inputs {
		l := m.Layers[m.calls[i].layer]
		input := l.Layer.(*inputLayer)
		if input.shape == nil {
			return fmt.Errorf("the model does not say what shape its inputs have")
		}
		in = append(in, input.shape)
		m.ports = append(m.ports, model.Port{Name: l.Name, DType: input.dtype, Shape: input.shape})
	}
	b := &builder{rand: r, device: meta.New(), override: map[*tensor.Param]*tensor.Tensor{}}
	b.pass = nn.NewPass(nn.PassConfig{Override: b.override})
	defer b.pass.Close()
	if err := tensor.Catch(func() {
		var values []value
		for i, shape := range in {
			bounded("input", shape...)
			values = append(values, value{Tensor: b.pass.Input(tensor.New(b.device, m.ports[i].DType, shape...))})
		}
		m.run(b.pass, values, b.call)
	}); err != nil {
		return cmp.Or(b.err, err)
	}
	m.describe()
	return nil
}

// describe names the outputs, and says of inputs that are looked up in a table how large it is.
func (m *Model) describe() {
	for _, o := range m.outputs {
		name := m.Layers[m.calls[o.call].layer].Name
		if slices.Contains(m.names, name) {
			name = fmt.Sprintf("%s:%d", name, o.output)
		}
		m.names = append(m.names, name)
	}
	for _, c := range m.calls {
		e, ok := m.Layers[c.layer].Layer.(*embedding)
		if !ok {
			continue
		}
		for k, i := range m.inputs {
			if c.in[0].call == i {
				m.ports[k].Below, m.ports[k].DType = e.rows, device.Int64
			}
		}
	}
}

// Inputs returns what the model takes, as Keras has it.
func (m *Model) Inputs() []model.Port { return m.ports }

// Outputs returns the names of the layers that the outputs come from.
func (m *Model) Outputs() []string { return m.names }

// Run computes the outputs.
func (m *Model) Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor {
	values := make([]value, len(in))
	for i, x := range in {
		values[i] = value{Tensor: x}
	}
	var out []*tensor.Tensor
	for _, v := range m.run(p, values, plain(p)) {
		out = append(out, v.Tensor)
	}
	return out
}

// Forward is [Model.Run] for a model of one input and one output.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return m.Run(p, []*tensor.Tensor{x})[0]
}

// A builder runs a model on the meta device for the first time, and makes the parameters of each layer as it is met.
type builder struct {
	rand     *rng.Rand
	device   device.Device
	pass     *nn.Pass
	override map[*tensor.Param]*tensor.Tensor // of what was built, on the meta device
	path     []string
	err      error // where it stopped
}

// A composite has layers inside, which are built as it is run.
type composite interface {
	compose(b *builder, in []value, c call) []value
}

func (b *builder) call(l *placed, in []value, c call) (out []value) {
	b.path = append(b.path, l.Name)
	err := tensor.Catch(func() {
		if inner, ok := l.Layer.(composite); ok {
			out = inner.compose(b, in, c)
			l.built = true
			return
		}
		if !l.built {
			b.build(l, in)
		}
		out = l.Layer.forward(b.pass, in, c)
		for _, v := range out {
			bounded("output", v.Shape()...)
		}
	})
	if err != nil {
		if b.err == nil {
			b.err = fmt.Errorf("layer %s (%s): %w", strings.Join(b.path, "/"), l.class, err)
		}
		panic(tensor.Errorf(l.class, "%v", err))
	}
	b.path = b.path[:len(b.path)-1]
	return out
}

// build makes the parameters of a layer.
func (b *builder) build(l *placed, in []value) {
	shapes := make([][]int, len(in))
	for i, v := range in {
		shapes[i] = v.Shape()
	}
	l.Layer.build(b.rand, shapes)
	for _, q := range nn.Params(l.Layer) {
		b.override[q.Param] = tensor.New(b.device, q.Param.Value.DType(), q.Param.Value.Shape()...)
	}
	l.built = true
}

// compose runs the layers of a model in a model.
func (m *Model) compose(b *builder, in []value, _ call) []value { return m.run(b.pass, in, b.call) }

func (m *Model) build(*rng.Rand, [][]int) {}

func (m *Model) forward(p *nn.Pass, in []value, _ call) []value { return m.run(p, in, plain(p)) }

// An inputLayer says what the model takes.
type inputLayer struct {
	simple
	shape []int // with a batch of 1
	dtype device.DType
}

// open stands for lengths that the model leaves open, by the number of axes: the largest that its layers are tried with.
var open = map[int]int{2: 16, 3: 16, 4: 96, 5: 32}

// read reads a shape, whose first axis is the batch.
func (l *inputLayer) read(text json.RawMessage, dtype string) error {
	var shape []*int
	if err := json.Unmarshal(text, &shape); err != nil || len(shape) == 0 || len(shape) > device.MaxRank {
		return fmt.Errorf("the input has shape %.100s", text)
	}
	l.shape = []int{1}
	for _, n := range shape[1:] {
		if n == nil {
			l.shape = append(l.shape, max(open[len(shape)], 1))
			continue
		}
		if *n < 1 || *n > 1<<24 {
			return fmt.Errorf("the input has shape %.100s", text)
		}
		l.shape = append(l.shape, *n)
	}
	if strings.HasPrefix(dtype, "int") || strings.HasPrefix(dtype, "uint") {
		l.dtype = device.Int64
	}
	if dtype == "string" {
		return errors.New("the input is text, and such layers are not known here")
	}
	return nil
}
