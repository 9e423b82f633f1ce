package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/recipe"
)

// asCommand makes the test's binary be the command, so that a test can kill it.
const asCommand = "JIMU_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
	}
	flag.Parse()
	os.Exit(m.Run())
}

// jimu runs a command line in this process, in a folder of its own if the test has none yet.
func jimu(t *testing.T, line ...string) (out, errors string, code int) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(line, &o, &e)
	for _, text := range []string{o.String(), e.String()} {
		if strings.Contains(text, "goroutine ") || strings.Contains(text, "panic:") {
			t.Errorf("jimu %v shows a stack:\n%s", line, text)
		}
	}
	return o.String(), e.String(), code
}

// well runs a command line that must go well.
func well(t *testing.T, line ...string) (out string) {
	t.Helper()
	out, errors, code := jimu(t, line...)
	if code != 0 {
		t.Fatalf("jimu %s: exit code %d\n%s%s", strings.Join(line, " "), code, out, errors)
	}
	return out
}

func TestTrainEvalPredict(t *testing.T) {
	t.Chdir(t.TempDir())
	out := well(t, "train", "iris")
	for _, want := range []string{"test accuracy 9", "30 rows that it has not seen", "What to try next", "eval runs/iris", "--set optimizer.lr=", "tensorboard --logdir"} {
		if !strings.Contains(filepath.ToSlash(out), want) {
			t.Errorf("the final words lack %q:\n%s", want, out)
		}
	}
	for _, name := range []string{"recipe.json", "inputs.json", "metrics.jsonl", "checkpoints", "tensorboard"} {
		if _, err := os.Stat(filepath.Join("runs", "iris", name)); err != nil {
			t.Error(err)
		}
	}
	if out := well(t, "eval"); !strings.Contains(out, "versicolor") || !strings.Contains(out, "test accuracy 9") {
		t.Errorf("eval says\n%s", out)
	}
	write(t, "flowers.csv", "sepal_length,sepal_width,petal_length,petal_width\n5.1,3.5,1.4,0.2\n6.7,3.0,5.2,2.3\n")
	out = well(t, "predict", "--run", "runs/iris", "flowers.csv")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], "flowers.csv, row 1: setosa 9") || !strings.HasPrefix(lines[1], "flowers.csv, row 2: virginica 9") {
		t.Errorf("predict says\n%s", out)
	}
	out, said, code := jimu(t, "predict")
	if code != 0 || !strings.Contains(out, "(it is setosa)") || said != "of the newest run, "+filepath.Join("runs", "iris")+"\n" {
		t.Errorf("predict without files says\n%s%s", out, said)
	}
	_, errors, _ := jimu(t, "train", "iris", "--epochs", "1")
	if want := filepath.Join("runs", "iris-2") + "; "; !strings.Contains(errors, want) {
		t.Errorf("a second run does not say that it is in %s:\n%s", want, errors)
	}
}

func TestJSONIsOneLine(t *testing.T) {
	t.Chdir(t.TempDir())
	out := well(t, "train", "cars", "--json", "--epochs", "3", "--out", "r")
	if strings.Count(out, "\n") != 1 {
		t.Fatalf("standard output has not one line:\n%s", out)
	}
	var got struct {
		Recipe            string
		Epochs, Steps     int
		Loss              float64
		Metrics           map[string]float64
		ExamplesPerSecond float64 `json:"examples_per_second"`
		Seconds           float64
		CPUSeconds        float64 `json:"cpu_seconds"`
		PeakBytes         int64   `json:"peak_bytes"`
		Joules            float64
		WeightsSHA256     string `json:"weights_sha256"`
		Verdict           struct{ Outcome, Why string }
	}
	d := json.NewDecoder(strings.NewReader(out))
	d.DisallowUnknownFields()
	if err := d.Decode(&got); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	if got.Recipe != "cars" || got.Epochs != 3 || got.Steps != 27 || !(got.Loss > 0) || !(got.Metrics["mae"] > 0) ||
		!(got.ExamplesPerSecond > 0) || !(got.Seconds > 0) || len(got.WeightsSHA256) != 64 ||
		got.PeakBytes < 1<<20 || got.CPUSeconds < 0 || got.Joules != 4*got.CPUSeconds || got.Verdict.Outcome == "" || got.Verdict.Why == "" {
		t.Errorf("got %s", out)
	}
	var again recipe.Result
	if err := json.Unmarshal([]byte(well(t, "eval", "r", "--json")), &again); err != nil || again.WeightsSHA256 != got.WeightsSHA256 || again.Loss != got.Loss {
		t.Errorf("eval gives %+v after %s; %v", again, out, err)
	}
	var predicted recipe.Prediction
	first, _, _ := strings.Cut(well(t, "predict", "--run", "r", "--json"), "\n")
	if err := json.Unmarshal([]byte(first), &predicted); err != nil || predicted.Value < 1 || predicted.Value > 60 {
		t.Errorf("predict gives %s; %v", first, err)
	}
}

func TestSpeakAboutThemselves(t *testing.T) {
	t.Chdir(t.TempDir())
	own := "own.json"
	layers := `{"data": {"set": "iris"}, "model": {"name": "sequential", "layers": [{"layer": "linear"}]}, "objective": "cross_entropy", "optimizer": "adamw"}`
	if err := os.WriteFile(own, []byte(layers), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		line []string
		want []string
	}{
		{[]string{"list"}, []string{"fashion", "mlp", "cross_entropy", "adamw", "cosine", "accuracy", "weight_decay"}},
		{[]string{"list", "optimizer"}, []string{"sgd", "momentum"}},
		{[]string{"summary", "fashion"}, []string{"Conv2d", "[32 28 28]", "parameters"}},
		{[]string{"summary", "spam", "--set", "model.width=8"}, []string{"by the words", "32034 parameters"}},
		{[]string{"summary", "mnist"}, []string{"MaxPool2d"}},
		{[]string{"summary", "resnet", "--input", "3,64,64", "--outputs", "10", "--config", `{"layers":18}`}, []string{"layer4.1.conv2", "[512 2 2]", "11181642 parameters"}},
		{[]string{"list", "models"}, []string{"resnet", "vgg"}},
		{[]string{"summary", own}, []string{"Linear", "[3]"}},
		{[]string{"version"}, []string{"jimu ", "go1"}},
		{[]string{"completion", "bash"}, []string{"__start_jimu"}},
		{[]string{"completion", "fish"}, []string{"complete -c jimu"}},
		{[]string{"--help"}, []string{"train", "doctor", "bench"}},
		{[]string{"train", "--help"}, []string{"--set", "--resume"}},
	} {
		out := well(t, c.line...)
		for _, want := range c.want {
			if !strings.Contains(out, want) {
				t.Errorf("jimu %v lacks %q:\n%s", c.line, want, out)
			}
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// digest returns the weights_sha256 of a line of JSON.
func digest(t *testing.T, line string) string {
	t.Helper()
	var got recipe.Result
	if err := json.Unmarshal([]byte(line), &got); err != nil || len(got.WeightsSHA256) != 64 {
		t.Fatalf("no weights_sha256 in %q: %v", line, err)
	}
	return got.WeightsSHA256
}
