package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jimu-ml/jimu/data/imagenet"
	photograph "github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/format"
	_ "github.com/jimu-ml/jimu/format/all" // whatever the weights are in
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
)

// photosOptions are the flags of predict for a published network.
type photosOptions struct {
	model, weights, layout, labels, config, pixels string
	resize                                         int
}

func (o *photosOptions) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.model, "model", "", "the `name` of a published network for photographs, such as vgg16")
	f.StringVar(&o.weights, "weights", "", "the `file` with its weights")
	f.StringVar(&o.layout, "layout", "", "whose `names` the file has, such as keras; found out if not given")
	f.StringVar(&o.labels, "labels", "", "a `file` with the names of the classes, one a line; ImageNet's if not given")
	f.StringVar(&o.config, "config", "", "change the network: a `JSON` object")
	f.StringVar(&o.pixels, "pixels", "", "how bytes become numbers, `"+strings.Join(model.Pixels(), ", ")+"`; as for those weights if not given")
	f.IntVar(&o.resize, "resize", 0, "`pixels` of the shorter side before the middle is cut out; as for those weights if not given")
	_ = c.RegisterFlagCompletionFunc("model", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return modelNames(), cobra.ShellCompDirectiveNoFileComp
	})
}

// misused reports flags that do not go together.
func (o *photosOptions) misused(c *cobra.Command) error {
	if o.model == "" {
		for _, name := range []string{"weights", "layout", "labels", "config", "pixels", "resize"} {
			if c.Flags().Changed(name) {
				return misusef("--%s is for --model", name)
			}
		}
		return nil
	}
	for _, name := range []string{"text", "seed", "count"} {
		if c.Flags().Changed(name) {
			return misusef("--%s is for the model of a run", name)
		}
	}
	if c.Flags().Changed("run") {
		return misusef("--run and --model are two models; give one")
	}
	if o.weights == "" {
		return misusef("--model needs --weights, a file")
	}
	if len(c.Flags().Args()) == 0 {
		return misusef("--model needs a photograph, or several")
	}
	if c.Flags().Changed("out") && !o.detects() {
		return misusef("--out is for networks that find things; %s says what a photograph is", o.model)
	}
	return nil
}

// ask answers what a network says of photographs.
func (o *photosOptions) ask(files []string) ([]recipe.Prediction, error) {
	a, v, ok := model.Find(o.model)
	if !ok {
		_, err := model.New(o.model, nil, model.Examples{}, nil) // says which there are
		return nil, err
	}
	if err := v.Of.Picture(1); err != nil || v.Of.Input[0] != 3 {
		return nil, fmt.Errorf("%s is no network for photographs: it takes %v", o.model, v.Of.Input)
	}
	names, err := o.names(v.Of.Outputs)
	if err != nil {
		return nil, err
	}
	v.Of.Outputs = len(names)
	m, prepare, err := o.load(a, v)
	if err != nil {
		return nil, err
	}
	var run *nn.Compiled // its memory is planned: a whole pass would keep everything between the layers
	var all []recipe.Prediction
	for _, file := range files {
		logits, err := o.logits(m, &run, prepare, file)
		if err == nil && len(logits) != len(names) {
			err = fmt.Errorf("%s gives %d numbers for a photograph, and there are %d classes", o.model, len(logits), len(names))
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, scored(file, names, logits))
	}
	return all, nil
}

// logits asks the network about one photograph; the first plans the run of all.
func (o *photosOptions) logits(m nn.Layer, run **nn.Compiled, prepare model.Preprocess, file string) (logits []float32, err error) {
	photo, err := photograph.Open(file, photograph.Options{})
	if err != nil {
		return nil, err
	}
	e := tensor.Catch(func() {
		x := prepare.Apply(photo)
		if *run == nil {
			if *run, err = nn.Compile(m, x); err != nil {
				return
			}
		}
		logits = (*run).Run(x).Floats()
	})
	return logits, cmp.Or(e, err)
}

// names returns the names of the classes: those of the file, ImageNet's if there are as many, or numbers.
func (o *photosOptions) names(classes int) ([]string, error) {
	if o.labels != "" {
		f, err := os.Open(o.labels)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		var names []string
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			names = append(names, strings.TrimSpace(lines.Text()))
		}
		if err := lines.Err(); err != nil || len(names) == 0 {
			return nil, fmt.Errorf("%s has no names of classes: %w", o.labels, cmp.Or(err, fmt.Errorf("it is empty")))
		}
		return names, nil
	}
	if names := imagenet.Names(); len(names) == classes {
		return names, nil
	}
	names := make([]string, classes)
	for i := range names {
		names[i] = fmt.Sprint("class ", i)
	}
	return names, nil
}

// ours is the layout whose names and shapes ours are.
const ours = "torchvision"

// load builds the network, fills it from the file, and says what is to be done to photographs.
func (o *photosOptions) load(a model.Architecture, v model.Variant) (nn.Layer, model.Preprocess, error) {
	prepare := v.Preprocess
	m, err := model.New(o.model, nil, v.Of, json.RawMessage(o.config))
	if err != nil {
		return nil, prepare, err
	}
	f, err := format.Open(o.weights)
	if err != nil {
		return nil, prepare, err
	}
	defer f.Close()
	l := model.LayoutOf(m, f, a.Layouts...)
	if l.Name == "" {
		l.Name = ours
	}
	if o.layout != "" && o.layout != l.Name {
		known := []string{ours}
		for _, k := range model.LayoutsOf(m, a.Layouts...) {
			known = append(known, k.Name)
		}
		if slices.Contains(known, o.layout) {
			return nil, prepare, fmt.Errorf("%s is in the layout %s, not %s", o.weights, l.Name, o.layout)
		}
		return nil, prepare, misusef("--layout %s: files of %s are in the layouts %s", o.layout, o.model, strings.Join(known, ", "))
	}
	if err := model.Load(m, f, a.Layouts...); err != nil {
		return nil, prepare, fmt.Errorf("%s: %w", o.weights, err)
	}
	if l.Preprocess != nil {
		prepare = *l.Preprocess
	}
	if o.pixels != "" {
		named, ok := prepare.As(o.pixels)
		if !ok {
			return nil, prepare, misusef("--pixels %s: there are %s", o.pixels, strings.Join(model.Pixels(), ", "))
		}
		prepare = named
	}
	if o.resize != 0 {
		prepare.Resize = o.resize
	}
	if side := v.Of.Input[1]; prepare.Crop == 0 && side != 224 {
		prepare.Crop, prepare.Resize = side, cmp.Or(prepare.Resize, side*8/7)
	}
	return m, prepare, nil
}

// scored returns the classes with their probabilities, the likeliest first.
func scored(file string, names []string, logits []float32) recipe.Prediction {
	largest, sum := slices.Max(logits), 0.0
	scores := make([]recipe.Score, len(logits))
	for i, z := range logits {
		scores[i] = recipe.Score{Class: names[i], Probability: math.Exp(float64(z - largest))}
		sum += scores[i].Probability
	}
	for i := range scores {
		scores[i].Probability /= sum
	}
	slices.SortStableFunc(scores, func(a, b recipe.Score) int { return cmp.Compare(b.Probability, a.Probability) })
	return recipe.Prediction{Input: file, Classes: scores, Value: scores[0].Probability}
}
