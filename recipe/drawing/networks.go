package drawing

import (
	"cmp"
	"strings"

	"github.com/jimu-ml/jimu/model/dcgan"
	"github.com/jimu-ml/jimu/model/stylegan"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// builders make the two networks of a game, and tell the pair how they are run. Their hyperparameters are those of the
// recipe's model, which is the generator.
var builders = map[string]func(w *work, g *pair, r *recipe.Recipe) (generator, discriminator any, err error){
	"dcgan_generator":     plain,
	"cgan_generator":      conditional,
	"stylegan2_generator": styled,
}

// joined returns names as a choice: "a, b or c".
func joined(names []string) string {
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// convolutions returns the hyperparameters of both networks of DCGAN.
func (w *work) convolutions(g *pair, r *recipe.Recipe) (dcgan.Config, error) {
	c := dcgan.Config{}
	if err := configured(r, &c); err != nil {
		return c, err
	}
	if err := fits("model.size", c.Size, w.Size); err != nil {
		return c, err
	}
	if err := fits("model.channels", c.Channels, 1); err != nil {
		return c, err
	}
	if g.Penalty > 0 && (c.Norm == "" || c.Norm == "batch") {
		return c, recipe.Errorf("model.norm", "the penalty is of each picture alone, and batch norm mixes them; set model.norm to layer, instance or none")
	}
	c.Size, c.Channels, c.Latent = w.Size, 1, cmp.Or(c.Latent, 100)
	g.latent = c.Latent
	return c, nil
}

// fits reports a hyperparameter of the model that the pictures say otherwise.
func fits(path string, said, is int) error {
	if said != 0 && said != is {
		return recipe.Errorf(path, "the pictures have %d, and not %d; leave it out", is, said)
	}
	return nil
}

func plain(w *work, g *pair, r *recipe.Recipe) (generator, discriminator any, err error) {
	c, err := w.convolutions(g, r)
	if err != nil {
		return nil, nil, err
	}
	random := rng.New(r.Seed)
	painter, err := dcgan.NewGenerator(random, c)
	if err != nil {
		return nil, nil, err
	}
	critic, err := dcgan.NewDiscriminator(random, c)
	if err != nil {
		return nil, nil, err
	}
	g.make = func(p *nn.Pass, z, _ *tensor.Tensor) *tensor.Tensor { return painter.Forward(p, z) }
	g.judge = func(p *nn.Pass, x, _ *tensor.Tensor) *tensor.Tensor { return critic.Forward(p, x) }
	return painter, critic, nil
}

func conditional(w *work, g *pair, r *recipe.Recipe) (generator, discriminator any, err error) {
	c, err := w.convolutions(g, r)
	if err != nil {
		return nil, nil, err
	}
	if err := w.all(c.Classes); err != nil {
		return nil, nil, err
	}
	c.Classes, g.asked = len(w.Classes), true
	random := rng.New(r.Seed)
	painter, err := dcgan.NewConditionalGenerator(random, c)
	if err != nil {
		return nil, nil, err
	}
	critic, err := dcgan.NewConditionalDiscriminator(random, c)
	if err != nil {
		return nil, nil, err
	}
	g.make, g.judge = painter.Generate, critic.Judge
	return painter, critic, nil
}

func styled(w *work, g *pair, r *recipe.Recipe) (generator, discriminator any, err error) {
	c := stylegan.Config{}
	if err := configured(r, &c); err != nil {
		return nil, nil, err
	}
	if err := fits("model.size", c.Size, w.Size); err != nil {
		return nil, nil, err
	}
	if err := fits("model.colours", c.Colours, 1); err != nil {
		return nil, nil, err
	}
	if err := w.all(c.Classes); err != nil {
		return nil, nil, err
	}
	c.Size, c.Colours, c.Latent, c.Group = w.Size, 1, cmp.Or(c.Latent, 512), cmp.Or(c.Group, 4)
	g.latent, g.asked, g.even = c.Latent, c.Classes > 0, c.Group
	random := rng.New(r.Seed)
	painter, err := stylegan.NewGenerator(random, c)
	if err != nil {
		return nil, nil, err
	}
	critic, err := stylegan.NewDiscriminator(random, c)
	if err != nil {
		return nil, nil, err
	}
	g.make = func(p *nn.Pass, z, class *tensor.Tensor) *tensor.Tensor {
		return painter.Synthesis.Pictures(p, painter.Mapping.Style(p, z, class))
	}
	g.judge = critic.Judge
	g.paths = func(p *nn.Pass, z, class *tensor.Tensor) (func(*tensor.Tensor) *tensor.Tensor, *tensor.Tensor) {
		return func(style *tensor.Tensor) *tensor.Tensor { return painter.Synthesis.Pictures(p, style) }, painter.Mapping.Style(p, z, class)
	}
	return painter, critic, nil
}
