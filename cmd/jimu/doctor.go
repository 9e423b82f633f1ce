package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jimu-ml/jimu/internal/cpuid"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
	"github.com/jimu-ml/jimu/internal/usage"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/train"
)

// examinations are what the doctor looks at, in order. Each returns what it saw, or what is wrong.
var examinations = []struct {
	name string
	look func() (string, error)
}{
	{"kernels", checkKernels},
	{"gradients", checkGradients},
	{"checkpoints", checkCheckpoints},
}

func doctorCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use: "doctor", Short: "Check this machine: processor, kernels, gradients, checkpoints",
		Long: "Say what this processor offers and which kernels are in use, compare every kernel with its plain Go version and every\n" +
			"operation's gradient with differences, write and read a checkpoint, and end with a verdict.",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.examine() },
	}
	a.threadsFlag(c, "processors to use; all if not given")
	return c
}

func (a *app) examine() error {
	fmt.Fprintf(a.out, "version      %s\n", version())
	fmt.Fprintf(a.out, "processor    %s, %d threads: %s\n", runtime.GOARCH, parallel.Threads(), features())
	fmt.Fprintf(a.out, "memory       %s\n", memory())
	printKernels(a.out)
	var wrong []string
	for _, e := range examinations {
		saw, err := e.look()
		if err != nil {
			wrong = append(wrong, e.name)
			fmt.Fprintf(a.out, "%-12s WRONG: %v\n", e.name, err)
			continue
		}
		fmt.Fprintf(a.out, "%-12s %s\n", e.name, saw)
	}
	if wrong != nil {
		fmt.Fprintf(a.out, "\nNot in order: %s.\n", strings.Join(wrong, ", "))
		return fmt.Errorf("the doctor found something wrong with: %s; if JIMU_CPU=generic jimu doctor finds nothing, the assembly is to blame: please report it",
			strings.Join(wrong, ", "))
	}
	fmt.Fprintln(a.out, "\nEverything is in order.")
	return nil
}

// features returns the vector extensions in use.
func features() string {
	limit := ""
	if v := os.Getenv("JIMU_CPU"); v != "" {
		limit = fmt.Sprintf(" (JIMU_CPU=%s forbids others)", v)
	}
	if f := cpuid.Features(); len(f) > 0 {
		return strings.Join(f, " ") + limit
	}
	return "no vector extensions that are used" + limit
}

// memory returns what memory the machine has, where the system says so.
func memory() string {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return fmt.Sprintf("%.0f MB in use by this program", float64(usage.Peak())/1e6)
	}
	size := map[string]float64{}
	for line := range strings.Lines(string(text)) {
		var kB float64
		name, rest, _ := strings.Cut(line, ":")
		if _, err := fmt.Sscan(rest, &kB); err == nil {
			size[name] = kB * 1024
		}
	}
	return fmt.Sprintf("%.1f GB, %.1f GB of it free for programs", size["MemTotal"]/1e9, size["MemAvailable"]/1e9)
}

// printKernels says which kernels use which instruction set.
func printKernels(w io.Writer) {
	used := map[string][]string{}
	for _, im := range kernel.Implementations() {
		if im.InUse {
			used[im.Set] = append(used[im.Set], im.Kernel)
		}
	}
	if len(used) == 0 {
		fmt.Fprintln(w, "in use       plain Go for all kernels")
	}
	for _, set := range kernel.Sets() {
		if names := used[set]; names != nil {
			fmt.Fprintf(w, "in use       %s for %d kernels: %s\n", set, len(names), strings.Join(names, " "))
		}
	}
}

// checkCheckpoints writes a checkpoint into a folder for temporary files and reads it back.
func checkCheckpoints() (saw string, err error) {
	dir, err := os.MkdirTemp("", "jimu-doctor-")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	layer := nn.NewLinear(rng.New(1), 300, 200)
	params := nn.Params(layer)
	before := train.WeightsDigest(params)
	c := train.Checkpoint{Step: 1, Files: map[string]train.Names{"model": {}}}
	for _, p := range params {
		c.Files["model"] = append(c.Files["model"], nameOf(p))
	}
	if err := c.Save(dir); err != nil {
		return "", err
	}
	read, damaged, err := train.Latest(dir)
	if err = errors.Join(append(damaged, err)...); err != nil {
		return "", err
	}
	other := nn.NewLinear(rng.New(2), 300, 200)
	if err := train.LoadParams(nn.Params(other), read.Files["model"]); err != nil {
		return "", err
	}
	if after := train.WeightsDigest(nn.Params(other)); after != before {
		return "", fmt.Errorf("the weights read back from %s are not those that were written", dir)
	}
	return "written and read back below " + os.TempDir(), nil
}
