package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/trace"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/recipe"
)

// A work is something to measure.
type work struct {
	name  string
	unit  string                                   // GFLOP/s, samples/s, …; GB/s of what is bound by memory; Mop/s of what is bound by neither
	scale float64                                  // how many units one run is
	make  func(d device.Device) (run func() error) // makes it with its tensors on d
}

// groups are names for several works. The first is what runs when nothing is named.
var groups = []struct{ name, about, works string }{
	{"default", "a short choice of all", "gemm256 gemm512 gemm1024 gemm2048 mlp cnn lstm"},
	{"gemm", "matrix products, by m×n×k", strings.Join(namesOf(gemmWorks), " ")},
	{"training", "training steps", "mlp cnn lstm gpt"},
	{"transformer", "a transformer: a training step, an encoder's inference, and a decoder token by token", "gpt bert bertb8 decode decodeint8 decodeint4"},
	{"inference", "answers of large models, to one example and to eight (b8)", "vgg16 vgg16b8 resnet50 resnet50b8 bert bertb8 decode decodeint8"},
	{"vision", "networks on pictures of 224×224; steps of eight", strings.Join(namesOf(visionWorks), " ")},
	{"memory", "operations on 32 million numbers", strings.Join(namesOf(memoryWorks), " ")},
	{"overhead", "a thousand operations on 8 numbers, and a step of them", strings.Join(namesOf(overheadWorks), " ")},
}

func workNames() []string { return namesOf(works) }

func namesOf(works []work) []string {
	var names []string
	for _, w := range works {
		names = append(names, w.name)
	}
	return names
}

func groupNames() []string {
	var names []string
	for _, g := range groups {
		names = append(names, g.name)
	}
	return names
}

func workNamed(name string) (work, bool) {
	i := slices.IndexFunc(works, func(w work) bool { return w.name == name })
	if i < 0 {
		return work{}, false
	}
	return works[i], true
}

// chooseWorks returns the works that arguments name, alone or by groups.
func chooseWorks(args []string, all bool) (chosen []work, err error) {
	switch {
	case all && len(args) > 0:
		return nil, misusef("--all measures all works; name none, or leave it out")
	case all:
		return works, nil
	case len(args) == 0:
		args = []string{groups[0].name}
	}
	for _, arg := range args {
		names := []string{arg}
		for _, g := range groups {
			if g.name == arg {
				names = strings.Fields(g.works)
			}
		}
		for _, name := range names {
			w, ok := workNamed(name)
			if !ok {
				return nil, noWork(name)
			}
			if !slices.ContainsFunc(chosen, func(c work) bool { return c.name == name }) {
				chosen = append(chosen, w)
			}
		}
	}
	return chosen, nil
}

// noWork says what there is instead of a name: the one it most likely stands for, or all groups.
func noWork(name string) error {
	if near := recipe.Nearest(name, append(groupNames(), workNames()...)); near != "" {
		return misusef("there is no work or group %q; did you mean %s? jimu bench --help lists all", name, near)
	}
	return misusef("there is no work or group %q; the groups are %s; jimu bench --help lists the works of each", name, strings.Join(groupNames(), ", "))
}

// groupsHelp lists the groups with their works.
func groupsHelp() string {
	var b strings.Builder
	b.WriteString("Groups and their works:\n")
	for _, g := range groups {
		line := fmt.Sprintf("  %-11s %s:", g.name, g.about)
		for _, w := range strings.Fields(g.works) {
			if len(line)+1+len(w) > 110 {
				b.WriteString(line + "\n")
				line = strings.Repeat(" ", 13)
			}
			line += " " + w
		}
		b.WriteString(line + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// place moves a model to a device, and tells it the names of the parameters if it traces.
func place[M any](model M, d device.Device) M {
	t, _ := d.(*trace.Device)
	for _, p := range nn.Params(model) {
		p.Param.Value = p.Param.Value.To(d)
		if t != nil {
			t.Label(p.Param.Value.View().Buffer, p.Name)
		}
	}
	return model
}
