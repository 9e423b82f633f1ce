package main

import (
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/recipe"
)

func TestHelpOfEntries(t *testing.T) {
	for _, v := range []struct {
		args []string
		code int
		says []string
	}{
		{[]string{"help", "objective", "cross_entropy"}, 0, []string{"objective.CrossEntropyLoss", "ln softmax", "arXiv:1512.00567"}},
		{[]string{"help", "objective", "CrossEntropyLoss"}, 0, []string{"cross_entropy · objective"}},
		{[]string{"help", "objective", "mse"}, 0, []string{"squared_error · objective", "nn.MSELoss"}},
		{[]string{"help", "loss", "bce"}, 0, []string{"nn.BCEWithLogitsLoss"}},
		{[]string{"help", "l1"}, 0, []string{"nn.L1Loss"}},
		{[]string{"help", "metric", "f1"}, 0, []string{"metric.FBeta"}},
		{[]string{"help", "layer", "conv2d"}, 0, []string{`in a recipe: {"layer": "conv2d"}, with channels, `, "size, stride"}},
		{[]string{"help", "layer", "relu"}, 0, []string{"in a recipe: {\"layer\": \"relu\"}\n"}},
		{[]string{"help", "optimizer", "adamw"}, 0, []string{`in a recipe: "optimizer": {"name": "adamw"}, with `, "weight_decay"}},
		{[]string{"help", "augmentation", "random_crop"}, 0, []string{`"augment": [{"name": "random_crop"}], with height, width, pad`}},
		{[]string{"help", "layer", "dense"}, 0, []string{"nn.Linear"}},
		{[]string{"help", "layer", "batchnorm2d"}, 0, []string{"batch_norm · layer"}},
		{[]string{"help", "schedule", "OneCycleLR"}, 0, []string{"one_cycle · schedule"}},
		{[]string{"help", "dropout2d"}, 0, []string{"nn.Dropout2d"}},
		{[]string{"help", "optimizer", "adam"}, 0, []string{"adam · optimizer"}},
		{[]string{"help", "objective", "relu"}, misused, []string{`no objective "relu"; try jimu help`}},
		{[]string{"help", "relu"}, 0, []string{"relu · layer", "relu · operation"}},
		{[]string{"help", "optimizers"}, 0, []string{"adamw", "Adam with weight decay"}},
		{[]string{"help", "train"}, 0, []string{"jimu train"}},
		{[]string{"help"}, 0, []string{"Available Commands"}},
		{[]string{"help", "objective", "cros_entropy"}, misused, []string{`no objective "cros_entropy"; did you mean cross_entropy?`}},
		{[]string{"help", "layer", "nothing_like_it_at_all"}, misused, []string{"jimu list shows"}},
		{[]string{"list", "layers"}, 0, []string{"conv2d", "two spatial axes"}},
		{[]string{"list", "metric"}, 0, []string{"accuracy"}},
		{[]string{"list", "metrics"}, 0, []string{"share of predictions that are right"}},
		{[]string{"list", "nothing"}, misused, []string{"layers"}},
		{[]string{"list"}, 0, []string{"catalogues (jimu list NAME)", "layers"}},
	} {
		var out, errs strings.Builder
		if code := run(v.args, &out, &errs); code != v.code {
			t.Errorf("%v: exit code %d, want %d; %s", v.args, code, v.code, errs.String())
		}
		for _, s := range v.says {
			if !strings.Contains(out.String()+errs.String(), s) {
				t.Errorf("%v: no %q in %q", v.args, s, out.String()+errs.String())
			}
		}
	}
}

// TestEveryEntryIsExplained: each has a sentence, and each name and Go name finds it.
func TestEveryEntryIsExplained(t *testing.T) {
	all := recipe.Vocabulary("")
	if len(all) < 80 {
		t.Fatalf("only %d entries", len(all))
	}
	for _, e := range all {
		if about(e) == "" || !e.Is(e.Name) || !e.Is(e.Go) {
			t.Errorf("%s: about %q, its name finds it: %v", e.Go, about(e), e.Is(e.Name))
		}
	}
}
