package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/recipe"
)

// A measure is a number of the test, with what it means.
type measure struct{ Name, Value, Means string }

// measures returns the numbers of a result, which may be of scaled numbers: the loss last.
func measures(res *recipe.Result, scaled bool) (all []measure) {
	for _, name := range slices.Sorted(maps.Keys(res.Metrics)) {
		means := meaning(name)
		if scaled {
			means = scaledMeaning(means)
		}
		all = append(all, measure{words(name), value(name, res.Metrics[name]), means})
	}
	return append(all, measure{"loss", fmt.Sprintf("%.4g", res.Loss), "what training made smaller"})
}

func headline(all []measure) string {
	var parts []string
	for _, m := range all[:min(len(all), 3)] {
		parts = append(parts, m.Name+" "+m.Value)
	}
	return strings.Join(parts, ", ")
}

// value returns a number of a metric: shares in percent.
func value(name string, x float64) string {
	if strings.Contains(name, "accuracy") || strings.HasPrefix(name, "top") {
		return percent(x)
	}
	return recipe.Number(x)
}

func words(name string) string { return strings.ReplaceAll(name, "_", " ") }

func percent(x float64) string { return fmt.Sprintf("%.1f %%", 100*x) }

// counts tells what there was to learn from, and by what.
func counts(p recipe.Plan, model string) []fact {
	all := []fact{{"to learn from", recipe.Thousands(p.Train) + " " + p.Unit}}
	if p.Validation > 0 {
		all = append(all, fact{"to watch the training by", recipe.Thousands(p.Validation) + " " + p.Unit})
	}
	return append(all, fact{"held out for the test", recipe.Thousands(p.Test) + " " + p.Unit},
		fact{"model", fmt.Sprintf("%s, %s numbers learned", model, recipe.Thousands(p.Parameters))})
}

// facts tells what the run took.
func facts(res *recipe.Result) []fact {
	var all []fact
	if res.Seconds > 0 {
		all = append(all, fact{"training took", duration(res.Seconds)}, fact{"of processors' time", duration(res.CPUSeconds)})
	}
	if res.PeakBytes > 0 {
		all = append(all, fact{"memory at most", fmt.Sprintf("%s MB", recipe.Thousands(res.PeakBytes/1e6))})
	}
	if res.Joules > 0 {
		all = append(all, fact{"energy, an estimate", fmt.Sprintf("%.3g Wh, at 4 W for a busy processor", res.Joules/3600)})
	}
	if res.WeightsSHA256 != "" {
		all = append(all, fact{"fingerprint of the weights", res.WeightsSHA256})
	}
	return append(all, fact{"epochs, steps", fmt.Sprintf("%d, %s", res.Epochs, recipe.Thousands(res.Steps))})
}

// duration returns a span of seconds as people say it.
func duration(s float64) string {
	switch {
	case s < 100:
		return fmt.Sprintf("%.3g s", s)
	case s < 6000:
		return fmt.Sprintf("%.0f min", s/60)
	}
	return fmt.Sprintf("%.1f h", s/3600)
}
