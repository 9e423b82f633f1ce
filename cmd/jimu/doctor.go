package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jimu-ml/jimu/internal/cpuid"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/train"
)

func doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use: "doctor", Short: "Check this machine: processor, kernels, gradients, disk", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			w := c.OutOrStdout()
			fmt.Fprintf(w, "processor    %s/%s, %d threads, %s\n", runtime.GOOS, runtime.GOARCH, parallel.Threads(), features())
			printKernels(w)
			bad := 0
			for _, check := range []struct {
				name string
				run  func() error
			}{
				{"kernels compute what their plain Go versions compute", checkKernels},
				{"gradients agree with finite differences", checkGradients},
				{"a checkpoint can be written and read back", checkDisk},
			} {
				if err := check.run(); err != nil {
					bad++
					fmt.Fprintf(w, "FAILED       %s: %v\n", check.name, err)
					continue
				}
				fmt.Fprintf(w, "ok           %s\n", check.name)
			}
			if bad > 0 {
				return fmt.Errorf("%d checks failed; JIMU_CPU=generic turns the assembly off: if that helps, report it with the lines above", bad)
			}
			fmt.Fprintln(w, "Everything is in order.")
			return nil
		},
	}
}

func features() string {
	if f := cpuid.Features(); len(f) > 0 {
		return strings.Join(f, " ")
	}
	return "no vector extensions that are used"
}

// printKernels says how many kernels use which instruction set.
func printKernels(w io.Writer) {
	used, order := map[string]int{}, []string{}
	for _, im := range kernel.Implementations() {
		if !im.InUse {
			continue
		}
		if used[im.Set] == 0 {
			order = append(order, im.Set)
		}
		used[im.Set]++
	}
	var parts []string
	for _, set := range order {
		parts = append(parts, fmt.Sprintf("%d use %s", used[set], set))
	}
	if parts == nil {
		parts = []string{"all are plain Go"}
	}
	fmt.Fprintf(w, "kernels      %s\n", strings.Join(parts, ", "))
}

func checkDisk() error {
	dir, err := os.MkdirTemp("", "jimu-doctor-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	l := nn.NewLinear(rng.New(1), 3, 2)
	path := filepath.Join(dir, "model.safetensors")
	before := train.WeightsDigest(nn.Params(l))
	if err := train.SaveWeights(path, nn.Params(l)); err != nil {
		return err
	}
	l.Weight.Value.Fill(0)
	if err := train.LoadWeights(path, nn.Params(l)); err != nil {
		return err
	}
	if train.WeightsDigest(nn.Params(l)) != before {
		return fmt.Errorf("the weights came back with other bits")
	}
	return nil
}
