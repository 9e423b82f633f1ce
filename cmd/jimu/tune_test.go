//go:build unix

package main

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jimu-ml/jimu/recipe/tune"
)

// A study is begun, gone on with, and its best recipe trained.
func TestTune(t *testing.T) {
	t.Chdir(t.TempDir())
	out := well(t, "tune", "iris", "--epochs", "2", "--trials", "2", "--search", "optimizer.lr=log(1e-3, 1e-1)", "--search", "model.name=mlp|kan", "--set", "train.monitor=val_accuracy")
	for _, want := range []string{"val_accuracy", "model.name", "optimizer.lr", "train runs/iris-tune/best.json", "--trials 4"} {
		if !strings.Contains(filepath.ToSlash(out), want) {
			t.Errorf("the final words lack %q:\n%s", want, out)
		}
	}
	var got struct {
		Study, Monitor string
		Best           *tune.Trial
		Trials         []tune.Trial
	}
	line := well(t, "tune", "iris", "--resume", "--trials", "3", "--json")
	if err := json.Unmarshal([]byte(line), &got); err != nil || len(got.Trials) != 3 || got.Best == nil || got.Monitor != "val_accuracy" || strings.Count(line, "\n") != 1 {
		t.Errorf("gone on with: %s; %v", line, err)
	}
	if out := well(t, "train", filepath.Join("runs", "iris-tune", "best.json"), "--out", "r"); !strings.Contains(out, "test accuracy") {
		t.Errorf("the best, trained:\n%s", out)
	}
	write(t, "study.json", `{"recipe": "iris", "search": {"model.hidden": [[4], [8]]}, "method": "grid"}`)
	if out := well(t, "tune", "study.json", "--epochs", "1", "--trials", "1", "--out", "g"); !strings.Contains(out, "--trials 2") {
		t.Errorf("half a grid:\n%s", out)
	}
	out = well(t, "tune", "study.json", "--epochs", "1", "--parallel", "2")
	if !strings.Contains(out, "[4]") || !strings.Contains(out, "[8]") || !strings.Contains(out, "all of its 2 points were tried") || strings.Contains(out, "--resume") {
		t.Errorf("a study in a file:\n%s", out)
	}
}

func TestTuneMistakes(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct {
		line []string
		want string
	}{
		{[]string{"tune"}, "tune needs a recipe or a study"},
		{[]string{"tune", "irsi", "--search", "seed=1|2"}, "did you mean iris?"},
		{[]string{"tune", "none.json"}, "give a file that is there"},
		{[]string{"tune", "iris"}, "nothing is searched"},
		{[]string{"tune", "iris", "--search", "seed"}, "want key=values"},
		{[]string{"tune", "iris", "--search", "optimizer.lr=log(1e-4)"}, "log has 1 numbers"},
		{[]string{"tune", "iris", "--search", "seed=1|2", "--method", "bayes"}, `no method "bayes"`},
		{[]string{"tune", "iris", "--search", "seed=1|2", "--search", "seed=3|4"}, "--search seed is given twice"},
		{[]string{"tune", "iris", "--search", "seed=1|2", "--trials", "0"}, "--trials is 0; want 1 or more"},
		{[]string{"tune", "iris", "--search", "seed=1|2", "--trials", "-1"}, "--trials is -1; want 1 or more"},
		{[]string{"tune", "iris", "--search", "seed=1|2", "--parallel", "0"}, "--parallel is 0; want 1 or more"},
		{[]string{"tune", "iris", "--search", "seed=1|2", "--time", "0s"}, "--time is 0s"},
		{[]string{"tune", "iris", "--search", "seed=1|2", "--set", "train.monitor=val_accurac"}, "did you mean val_accuracy?"},
		{[]string{"tune", "--resume", "--out", "none"}, "is no study's folder"},
	} {
		if _, errors, code := jimu(t, c.line...); code != misused || !strings.Contains(errors, c.want) {
			t.Errorf("jimu %v: exit code %d, %s; want %s", c.line, code, errors, c.want)
		}
	}
	well(t, "tune", "iris", "--epochs", "1", "--trials", "1", "--search", "seed=1|2", "--out", "s")
	if _, errors, code := jimu(t, "tune", "--resume", "--out", "s", "--method", "tpe"); code != misused || !strings.Contains(errors, "cannot change a study") {
		t.Errorf("another method: exit code %d, %s", code, errors)
	}
}

// A signal saves the study; going on gives the trials of a study that was not stopped.
func TestTuneSignalThenResume(t *testing.T) {
	t.Chdir(t.TempDir())
	line := []string{"tune", "iris", "--epochs", "3", "--trials", "4", "--search", "optimizer.lr=log(1e-3, 1e-1)", "--out"}
	well(t, append(line, "whole")...)
	go func() {
		for { // until the second trial has begun
			if _, err := os.Stat(filepath.Join("stopped", "trials", "0002", "checkpoints")); err == nil {
				_ = syscall.Kill(os.Getpid(), syscall.SIGINT)
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	if _, errors, code := jimu(t, append(line, "stopped")...); code != interrupted || !strings.Contains(errors, "tune --resume --out stopped") {
		t.Fatalf("exit code %d\n%s", code, errors)
	}
	well(t, "tune", "--resume", "--out", "stopped")
	if a, b := values(t, "whole"), values(t, "stopped"); a != b {
		t.Errorf("stopped and gone on with:\n%s\nwithout a stop:\n%s", b, a)
	}
}

// A study that is killed without warning, and resumed, has the trials of one that was not.
func TestKillThenResumeStudy(t *testing.T) {
	if testing.Short() {
		t.Skip("kills take a while")
	}
	t.Chdir(t.TempDir())
	line := []string{"tune", "iris", "--epochs", "3", "--trials", "5", "--method", "asha", "--parallel", "2", "--search", "optimizer.lr=log(1e-3, 1e-1)", "--out"}
	begin := time.Now()
	if _, err := killed(t, time.Hour, append(line, "whole")...); err != nil {
		t.Fatal(err)
	}
	length := time.Since(begin)
	r := rand.New(rand.NewPCG(3, 4))
	for hits := 0; hits < *kills; {
		if err := os.RemoveAll("study"); err != nil {
			t.Fatal(err)
		}
		for {
			now := slices.Concat(line, []string{"study"})
			if tune.IsStudy("study") {
				now = []string{"tune", "--resume", "--out", "study"}
			}
			if _, err := killed(t, time.Duration(r.Int64N(int64(length))), now...); err == nil {
				break
			}
			hits++
		}
		if a, b := values(t, "whole"), values(t, "study"); a != b {
			t.Fatalf("after %d kills:\n%s\nwithout:\n%s", hits, b, a)
		}
	}
}

// values returns what the trials of a study came to.
func values(t *testing.T, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "trials.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all struct{ Trials []tune.Trial }
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	for i := range all.Trials {
		all.Trials[i].Seconds = 0
	}
	out, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
