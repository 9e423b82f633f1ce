package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A bad input gives one sentence with the place and the remedy, and the exit code 2 for misuse and 1 for failure.
func TestBadInput(t *testing.T) {
	t.Chdir(t.TempDir())
	well(t, "train", "iris", "--epochs", "2", "--out", "good")
	damage(t)
	const parts = `"name":"x","data":{"set":"iris"},"model":"mlp","objective":"cross_entropy"`
	write(t, "key.json", `{`+parts+`,"optimizer":{"name":"adamw","learning_rate":0.01}}`)
	write(t, "section.json", `{`+parts+`,"optimiser":{"name":"adamw"}}`)
	write(t, "type.json", `{`+parts+`,"optimizer":{"name":"adamw","lr":"fast"}}`)
	write(t, "twice.json", `{`+parts+`,"optimizer":"sgd","seed":1,"seed":2}`)
	write(t, "short.json", "{\n\"name\": ")
	write(t, "images.idx", "\x00\x00\x08\x03\x00\x00\x00\x0a\x00\x00\x00\x1c\x00\x00\x00\x1c"+strings.Repeat("\x00", 3000))
	write(t, "labels.idx", "\x00\x00\x08\x01\x00\x00\x00\x0a"+strings.Repeat("\x01", 10))
	write(t, "ragged.csv", "a,b,y\n1,2,yes\n3,4,no\n5\n")
	write(t, "table.csv", "a,b,y\n1,2,yes\n3,4,no\n5,6,no\n7,8,yes\n")
	write(t, "tree/dog/x.png", "no picture at all")
	write(t, "tree/eel/x.png", "no picture either")
	write(t, "tree/dog/empty.txt", "\n \n")
	write(t, "half.csv", "sepal_length,sepal_width\n1,2\n")
	own := func(line ...string) []string { return append([]string{"train", "iris", "--set", "data=csv"}, line...) }
	for _, c := range []struct {
		line []string
		code int
		want []string
	}{
		{[]string{"trian"}, 2, []string{`"trian"`, "did you mean train?"}},
		{[]string{"train", "fashon"}, 2, []string{`"fashon"`, "did you mean fashion?"}},
		{[]string{"train"}, 2, []string{"needs a recipe", "iris"}},
		{[]string{"train", "none.json"}, 2, []string{"none.json", "give a file"}},
		{[]string{"train", "iris", "--epoch", "3"}, 2, []string{"--epoch", "--help"}},
		{[]string{"train", "iris", "--epochs", "0"}, 2, []string{"--epochs", "1 or more"}},
		{[]string{"train", "iris", "--threads", "-1"}, 2, []string{"--threads", "1 or more"}},
		{[]string{"train", "key.json"}, 2, []string{"key.json", "optimizer.learning_rate", "did you mean optimizer.lr?"}},
		{[]string{"train", "section.json"}, 2, []string{"section.json", "optimiser", "did you mean optimizer?"}},
		{[]string{"train", "type.json"}, 2, []string{"type.json", "optimizer.lr", "want a number", `"fast"`}},
		{[]string{"train", "twice.json"}, 2, []string{"twice.json", "seed", "twice"}},
		{[]string{"train", "short.json"}, 2, []string{"short.json", "line 2", "not closed"}},
		{[]string{"train", "iris", "--set", "optimiser.lr=0.1"}, 2, []string{"optimiser.lr: no such key; did you mean optimizer.lr?"}},
		{[]string{"train", "iris", "--set", "lr=0.1"}, 2, []string{"did you mean optimizer.lr?"}},
		{[]string{"train", "iris", "--set", "lr"}, 2, []string{"no assignment", "key=value"}},
		{[]string{"train", "iris", "--set", "model=resnett"}, 2, []string{"model.name", "mlp"}},
		{[]string{"train", "iris", "--set", "objective=mean_squared_error"}, 2, []string{"objective.name", "use cross_entropy"}},
		{[]string{"train", "fashion-mlp", "--folds", "3"}, 2, []string{"--folds is for sets that are divided here", "use --seeds"}},
		{[]string{"train", "shakespeare", "--folds", "3"}, 2, []string{"--folds is for sets that are divided here by chance", "use --seeds"}},
		{[]string{"train", "iris", "--seeds", "1"}, 2, []string{"--seeds is 1", "2 to 1,000"}},
		{[]string{"train", "--resume"}, 2, []string{"train --resume needs the folder", "train --resume --out "}},
		{[]string{"tune", "--resume"}, 2, []string{"tune --resume needs the folder of the study", "tune --resume --out "}},
		{[]string{"train", "iris", "--out", "key.json"}, 2, []string{"--out key.json", "is a file; give a folder"}},
		{[]string{"train", "iris", "--out", "key.json/run"}, 2, []string{"--out key.json/run", "key.json is a file; give a folder"}},
		{[]string{"tune", "iris", "--search", "seed=1|2", "--out", "key.json"}, 2, []string{"key.json is a file; give a folder"}},
		{[]string{"ensemble", "good", "good", "--out", "key.json"}, 2, []string{"key.json is a file; give a folder"}},
		{[]string{"predict", "--run", "key.json"}, 2, []string{"key.json is a file; give the folder of a run"}},
		{[]string{"eval", "key.json"}, 2, []string{"key.json is a file; give the folder of a run"}},
		{[]string{"predict", "--run", "good", "--seed", "7"}, 2, []string{"--seed is for models that draw, write or play"}},
		{[]string{"predict", "--run", "good", "--out", "made"}, 2, []string{"--out is for what a model draws or plays", "leave it out"}},
		{[]string{"export"}, 2, []string{"export needs one model, a run's folder or", "jimu export runs/fashion"}},
		{[]string{"predict", "--run", "good", "--out", "key.json"}, 2, []string{"key.json is a file; give a folder"}},
		{[]string{"report", "good", "--out", "tree"}, 1, []string{"tree is a folder; give the name of a file to write"}},
		{[]string{"train", "iris", "--set", "model=gpt"}, 1, []string{"a decoder goes on with texts", "numbers of shape [4]"}},
		{[]string{"train", "bach", "--set", "data.folder=x"}, 2, []string{"data.folder: no such key; there are data.batch", "data.transpose"}},
		{[]string{"train", "iris", "--set", "data=images", "--set", "data.folder=none"}, 2, []string{"data.folder: there is no folder none"}},
		{[]string{"train", "iris", "--seeds", "0"}, 2, []string{"--seeds is 0", "2 to 1,000"}},
		{[]string{"train", "iris", "--folds", "0"}, 2, []string{"--folds is 0", "2 to 1,000"}},
		{[]string{"train", "iris", "--set", "train.monitor=val_accurac"}, 2, []string{"train.monitor", "did you mean val_accuracy?"}},
		{[]string{"predict", "--run", "good", "--count", "0"}, 2, []string{"--count is 0", "1 or more"}},
		{[]string{"predict", "--run", "good", "--top", "0"}, 2, []string{"--top is 0", "1 or more"}},
		{[]string{"ensemble", "--recipe", "iris", "--seeds", "2", "--how", "nope"}, 2, []string{`no rule "nope"`, "stacking"}},
		{[]string{"train", "shakespeare", "--set", `data={"set": "text", "file": "tree/dog/empty.txt"}`}, 1, []string{"empty.txt holds no text"}},
		{[]string{"train", "mnist"}, 2, []string{"data.folder", "--set data.folder=FOLDER"}},
		{[]string{"train", "mnist", "--set", "data.folder=."}, 1, []string{"train-images-idx3-ubyte.gz is missing", "get it from"}},
		{[]string{"summary", "fashion", "--set", "model.channels=[4,4,4,4,4,4]"}, 1, []string{"28×28", "fewer channels"}},
		{[]string{"train", "iris", "--set", "model=convnet"}, 1, []string{"model convnet", "[4]", "[c h w]"}},
		{
			[]string{"train", "fashion", "--set", "data=idx", "--set", "data.images=images.idx", "--set", "data.labels=labels.idx"},
			1,
			[]string{"images.idx", "3000 of 7840 bytes", "get the file again"},
		},
		{[]string{"train", "fashion", "--set", "data=images", "--set", "data.folder=tree"}, 1, []string{"dog/x.png", "not an image", "remove it"}},
		{own("--set", "data.file=ragged.csv", "--set", "data.target=y"), 1, []string{"ragged.csv", "line 4"}},
		{own("--set", "data.file=table.csv", "--set", "data.target=z"), 2, []string{"data.target", `"z"`, "a, b, y"}},
		{own(), 2, []string{"data.file=FILE"}},
		{[]string{"eval", "both"}, 1, []string{"both", "is damaged", "train again"}},
		{[]string{"train", "--resume", "--out", "both"}, 1, []string{"both", "is damaged", "begin again"}},
		{[]string{"eval", "nowhere"}, 2, []string{"nowhere", "recipe.json"}},
		{[]string{"predict", "--run", "good", "half.csv"}, 1, []string{"half.csv", "petal_length"}},
		{[]string{"predict", "--run", "good", "none.csv"}, 1, []string{"none.csv", "CSV"}},
		{[]string{"predict", "--run", "good", "--top", "0"}, 2, []string{"--top"}},
		{[]string{"train", "iris", "--out", "good"}, 2, []string{"good holds a run already", "--resume"}},
		{[]string{"train", "iris", "--out", "good", "--resume", "--set", "optimizer.lr=9"}, 2, []string{"begun with", "--out"}},
		{[]string{"train", "iris", "--set", "optimizer.lr=1e30", "--set", "train.clip_norm=0"}, 1, []string{"step ", "smaller learning rate"}},
		{[]string{"bench", "gem"}, 2, []string{`"gem"`, "did you mean gemm?"}},
		{[]string{"bench", "transistor"}, 2, []string{`"transistor"`, "overhead"}},
		{[]string{"summary", "resnett"}, 2, []string{`"resnett"`, "did you mean resnet?"}},
		{[]string{"summary", "resnet", "--input", "3,x"}, 2, []string{`"x"`}},
		{[]string{"summary", "mlp"}, 2, []string{"--input"}},
		{[]string{"summary", "resnet18", "--set", "a=b"}, 2, []string{"--set is for recipes"}},
		{[]string{"summary", "resnet18", "--outputs", "-1"}, 2, []string{"--outputs is -1"}},
		{[]string{"summary", "fashion", "--input", "3,2,2"}, 2, []string{"--input is for architectures"}},
		{[]string{"generate", "hello"}, 2, []string{"--prompt"}},
		{[]string{"summary", "resnet", "--input", "3,64,64", "--config", "{"}, 1, []string{"resnet"}},
		{[]string{"list", "things"}, 2, []string{`"things"`, "optimizer"}},
	} {
		out, errors, code := jimu(t, c.line...)
		if code != c.code || out != "" {
			t.Errorf("jimu %v: exit code %d, want %d; standard output %q", c.line, code, c.code, out)
		}
		lines := strings.Split(strings.TrimSpace(errors), "\n")
		last := lines[len(lines)-1]
		if !strings.HasPrefix(last, "jimu: ") {
			t.Errorf("jimu %v ends with more than one sentence:\n%s", c.line, errors)
		}
		for _, want := range c.want {
			if !strings.Contains(filepath.ToSlash(last), want) {
				t.Errorf("jimu %v does not say %q:\n%s", c.line, want, errors)
			}
		}
	}
	if left, _ := filepath.Glob("runs/*"); len(left) > 1 { // of the run whose loss was no number
		t.Errorf("bad inputs left folders: %v", left)
	}
}

// A damaged checkpoint is passed over for the older one, with a warning.
func TestDamagedCheckpoint(t *testing.T) {
	t.Chdir(t.TempDir())
	well(t, "train", "iris", "--epochs", "2", "--out", "good")
	damage(t)
	out, errors, code := jimu(t, "eval", "one")
	if code != 0 || !strings.Contains(errors, "warning: passed over: checkpoint") || !strings.Contains(errors, "using the checkpoint of step 7") || !strings.Contains(out, "step 7") {
		t.Errorf("exit code %d\n%s%s", code, out, errors)
	}
	out, errors, code = jimu(t, "train", "--resume", "--out", "one", "--json")
	want := well(t, "eval", "good", "--json")
	if code != 0 || digest(t, out) != digest(t, want) {
		t.Errorf("exit code %d\n%s%s, want the weights of %s", code, out, errors, want)
	}
}

// damage copies the run good to one, whose newest checkpoint it damages, and to both, where it damages them all.
func damage(t *testing.T) {
	t.Helper()
	for _, dir := range []string{"one", "both"} {
		if err := os.CopyFS(dir, os.DirFS("good")); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(filepath.Join("both", "checkpoints", "*", "model.safetensors"))
	newest := filepath.Join("one", "checkpoints", "0000000014", "model.safetensors")
	if err != nil || len(files) != 2 {
		t.Fatal(files, err)
	}
	for _, path := range append(files, newest) {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		raw[len(raw)-1] ^= 1
		if err := os.WriteFile(path, raw, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
