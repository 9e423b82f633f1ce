package recipe

import (
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/train"
)

var curves = flag.String("curves", "", "draw the loss curves of all optimizers into this SVG file")

const curveSteps = 250

// A curve is a rule with a rate that suits it, and how it went.
type curve struct {
	name  string
	rule  optim.Rule
	more  func(o *optim.Optimizer)
	whole bool // every step sees all examples
	loss  []float64
}

// families are all rules and what goes around them, a panel each.
func families() ([]string, [][]curve) {
	c := func(name string, rule optim.Rule) curve { return curve{name: name, rule: rule} }
	around := func(name string, rule optim.Rule, more func(o *optim.Optimizer)) curve {
		return curve{name: name, rule: rule, more: more}
	}
	vectors := func(o *optim.Optimizer) { o.Group(optim.AdamW{LR: 1e-3}, optim.Vectors) }
	titles := []string{
		"Gradient descent", "Squares of gradients", "Adam", "Variations of Adam",
		"Signs and norms", "Matrices and curvature", "No rate to choose", "Averages (SF: schedule-free) and sharpness",
	}
	return titles, [][]curve{{
		c("SGD", optim.SGD{LR: 0.1}),
		c("momentum", optim.SGD{LR: 0.02, Momentum: 0.9}),
		c("Nesterov", optim.SGD{LR: 0.02, Momentum: 0.9, Nesterov: true}),
		c("NoisySGD", optim.NoisySGD{LR: 0.1, Noise: 1e-4}),
		{name: "Rprop*", rule: optim.Rprop{LR: 1e-3, Most: 0.1}, whole: true},
	}, {
		c("Adagrad", optim.Adagrad{LR: 0.02}),
		c("Adadelta", optim.Adadelta{}),
		c("RMSProp", optim.RMSProp{LR: 1e-3}),
		c("SM3", optim.SM3{LR: 0.1}),
		c("Adafactor", optim.Adafactor{LR: 0.02}),
		c("Ftrl", optim.Ftrl{LR: 0.05}),
	}, {
		c("Adam", optim.Adam{LR: 2e-3}),
		c("AMSGrad", optim.AMSGrad{LR: 2e-3}),
		c("Adamax", optim.Adamax{LR: 4e-3}),
		c("NAdam", optim.NAdam{LR: 2e-3}),
		c("RAdam", optim.RAdam{LR: 2e-3}),
		c("Adan", optim.Adan{LR: 2e-3}),
	}, {
		c("AdaBelief", optim.AdaBelief{LR: 2e-3}),
		c("ACProp", optim.ACProp{LR: 1e-3, Eps: 1e-8}),
		c("Yogi", optim.Yogi{LR: 5e-3}),
		c("AdEMAMix", optim.AdEMAMix{LR: 1e-3, Beta3: 0.99}),
		c("OptimisticAdam", optim.OptimisticAdam{LR: 2e-3}),
		c("NovoGrad", optim.NovoGrad{LR: 2e-3}),
	}, {
		c("Lion", optim.Lion{LR: 4e-4}),
		c("SignSGD", optim.SignSGD{LR: 5e-4}),
		c("LARS", optim.LARS{LR: 5, Trust: 1e-3}),
		c("LAMB", optim.LAMB{LR: 0.01}),
		c("Fromage", optim.Fromage{LR: 0.01}),
	}, {
		around("Muon", optim.Muon{LR: 0.02, WeightDecay: 0.01}, vectors),
		around("Shampoo", optim.Shampoo{LR: 0.05, Eps: 1e-2, Every: 10}, vectors),
		c("SOAP", optim.SOAP{LR: 3e-3, Every: 25}),
		c("Sophia", optim.Sophia{LR: 1e-3, Gamma: 0.05}),
		{name: "L-BFGS*", rule: optim.LBFGS{}, whole: true},
	}, {
		c("Prodigy", optim.Prodigy{}),
		c("D-Adapt", optim.DAdaptAdamW{}),
		c("DoG", optim.DoG{Rho: 1e-3}),
		c("DoWG", optim.DoWG{}),
		c("MoMo", optim.MoMo{}),
		c("PolyakSGD", optim.PolyakSGD{}),
		c("COCOB", optim.COCOB{}),
		c("Mechanic", optim.Mechanic{}),
	}, {
		c("SF SGD", optim.ScheduleFreeSGD{LR: 0.3}),
		c("SF AdamW", optim.ScheduleFreeAdamW{LR: 4e-3}),
		c("ASGD", optim.ASGD{LR: 0.1}),
		around("Lookahead", optim.AdamW{LR: 2e-3}, func(o *optim.Optimizer) { o.Lookahead = &optim.Lookahead{} }),
		around("SAM", optim.AdamW{LR: 2e-3}, func(o *optim.Optimizer) { o.SAM = &optim.SAM{} }),
		around("ASAM", optim.AdamW{LR: 2e-3}, func(o *optim.Optimizer) { o.SAM = &optim.SAM{Adaptive: true} }),
	}}
}

// TestCurves draws docs/optimizers.svg: go test ./recipe -timeout 20m -run TestCurves -curves ../docs/optimizers.svg.
func TestCurves(t *testing.T) {
	if *curves == "" {
		t.Skip("no file given by -curves")
	}
	titles, panels := families()
	like := curve{name: "AdamW", rule: optim.AdamW{LR: 2e-3}}
	like.run(t)
	for i := range panels {
		for k := range panels[i] {
			panels[i][k].run(t)
		}
	}
	if err := os.WriteFile(*curves, []byte(drawCurves(titles, panels, like)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// run trains a perceptron on the pictures of clothing.
func (c *curve) run(t *testing.T) {
	t.Helper()
	all, _, err := sample.FashionMNIST()
	if err != nil {
		t.Fatal(err)
	}
	r := rng.New(1)
	m := nn.Sequential{nn.Flatten{}, nn.NewLinear(r, 784, 64), nn.ReLU{}, nn.NewLinear(r, 64, 10)}
	o := optim.New(c.rule, nn.Params(m))
	if c.more != nil {
		c.more(o)
	}
	size := 64
	if c.whole {
		size = all.Len()
	}
	s := train.Stepper{Optimizer: o, Key: rng.KeyOf(1)}
	loader := data.Loader{Set: all, BatchSize: size, Key: rng.KeyOf(2)}
	mean := 0.0
	for epoch := 0; ; epoch++ {
		for b, err := range loader.Epoch(t.Context(), epoch, 0) {
			if err != nil {
				t.Fatal(err)
			}
			loss, err := s.Step(t.Context(), func(p *nn.Pass) objective.Loss {
				return objective.CrossEntropy(m.Forward(p, p.Input(b.X)), b.Y)
			})
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			keep := math.Min(0.95, float64(len(c.loss))/float64(len(c.loss)+1))
			mean = keep*mean + (1-keep)*loss
			if c.loss = append(c.loss, mean); len(c.loss) == curveSteps || mean < lossLow {
				t.Logf("%-20s %.3f after %d", c.name, mean, len(c.loss))
				return
			}
		}
	}
}

const (
	panelWidth, panelHeight = 330, 290
	plotLeft, plotTop       = 40, 34
	plotWidth, plotHeight   = 275, 225
	lossLow, lossHigh       = 0.2, 2.6
)

var curveColors = []string{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a5195", "#8a8a00"}

// drawCurves returns the picture.
func drawCurves(titles []string, panels [][]curve, like curve) string {
	var b strings.Builder
	const columns = 4
	width, height := columns*panelWidth+10, (len(panels)+columns-1)/columns*panelHeight+62
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11">`+"\n", width, height)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", width, height)
	fmt.Fprintf(&b, `<text x="14" y="22" font-size="15" font-weight="bold">Training loss of a 784-64-10 perceptron on 6,000 pictures of Fashion-MNIST, by rule</text>`+"\n")
	fmt.Fprintf(&b, `<text x="14" y="39" fill="#555">%d steps of 64 examples, a constant rate each, cross-entropy in nats, averaged over about 20 steps; the grey line is AdamW; * steps of all examples, until 0.2 is reached</text>`+"\n", curveSteps)
	for i, p := range panels {
		fmt.Fprintf(&b, `<g transform="translate(%d %d)">`+"\n", i%columns*panelWidth, i/columns*panelHeight+44)
		drawPanel(&b, titles[i], p, like)
		b.WriteString("</g>\n")
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func drawPanel(b *strings.Builder, title string, p []curve, like curve) {
	fmt.Fprintf(b, `<text x="%d" y="%d" font-weight="bold">%s</text>`+"\n", plotLeft, plotTop-9, title)
	for _, v := range []float64{0.2, 0.5, 1, 2} {
		y := curveY(v)
		fmt.Fprintf(b, `<path d="M%d %.1fh%d" stroke="#ddd"/><text x="%d" y="%.1f" text-anchor="end" fill="#555">%g</text>`+"\n", plotLeft, y, plotWidth, plotLeft-5, y+4, v)
	}
	for step := 0; step <= curveSteps; step += 50 {
		x := plotLeft + float64(step)/curveSteps*plotWidth
		fmt.Fprintf(b, `<text x="%.1f" y="%d" text-anchor="middle" fill="#555">%d</text>`+"\n", x, plotTop+plotHeight+15, step)
	}
	drawCurve(b, like, "#bbb", 3)
	for i, c := range p {
		drawCurve(b, c, curveColors[i], 1.6)
	}
	fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="#fff" opacity="0.8"/>`+"\n", plotLeft+114, plotTop, plotWidth-110, 14*len(p)+3)
	for i, c := range p {
		y := plotTop + 12 + 14*i
		end := fmt.Sprintf("%.2f", c.loss[len(c.loss)-1])
		if len(c.loss) < curveSteps {
			end = fmt.Sprintf("in %d", len(c.loss))
		}
		fmt.Fprintf(b, `<path d="M%d %dh14" stroke="%s" stroke-width="2.5"/><text x="%d" y="%d">%s</text><text x="%d" y="%d" text-anchor="end">%s</text>`+"\n",
			plotLeft+118, y-4, curveColors[i], plotLeft+136, y, c.name, plotLeft+plotWidth, y, end)
	}
}

func drawCurve(b *strings.Builder, c curve, color string, width float64) {
	fmt.Fprintf(b, `<polyline fill="none" stroke="%s" stroke-width="%g" points="`, color, width)
	for i, v := range c.loss {
		if i%2 == 0 || i == len(c.loss)-1 {
			fmt.Fprintf(b, "%.1f,%.1f ", plotLeft+float64(i+1)/curveSteps*plotWidth, curveY(v))
		}
	}
	b.WriteString("\"/>\n")
}

// curveY returns where a loss stands, on a logarithmic axis.
func curveY(v float64) float64 {
	v = math.Max(lossLow, math.Min(lossHigh, v))
	return plotTop + plotHeight*math.Log(lossHigh/v)/math.Log(lossHigh/lossLow)
}
