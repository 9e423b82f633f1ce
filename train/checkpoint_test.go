package train

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/durable"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

func checkpointAt(step int) *Checkpoint {
	return &Checkpoint{Step: step, State: []byte(`{"epoch":1}`), Files: map[string]Names{
		"model": {{Name: "w", Tensor: tensor.Full(float64(step), 3, 2)}, {Name: "n", Tensor: tensor.Arange(4)}},
	}}
}

func TestCheckpointRoundTrip(t *testing.T) {
	dir := t.TempDir()
	for step := 1; step <= 5; step++ {
		if err := checkpointAt(step).Save(dir); err != nil {
			t.Fatal(err)
		}
	}
	if found := steps(dir); len(found) != keep || found[0] != 5 {
		t.Errorf("checkpoints of steps %v stay; want the two newest", found)
	}
	c, damaged, err := Latest(dir)
	if err != nil || len(damaged) > 0 || c.Step != 5 || c.Files["model"][0].Tensor.Floats()[0] != 5 {
		t.Errorf("read back %+v, %v, %v", c, damaged, err)
	}
	if _, _, err := Latest(t.TempDir()); !errors.Is(err, ErrNoCheckpoint) {
		t.Errorf("an empty folder gives %v", err)
	}
}

// Whatever byte of the newest checkpoint is changed or cut off, the one before it is found, and the damage is named.
func TestDamageFallsBack(t *testing.T) {
	dir := t.TempDir()
	for step := 1; step <= 2; step++ {
		if err := checkpointAt(step).Save(dir); err != nil {
			t.Fatal(err)
		}
	}
	newest := filepath.Join(dir, "0000000002")
	for _, name := range []string{"model.safetensors", manifestName} {
		path := filepath.Join(newest, name)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for at := range whole {
			for _, bad := range [][]byte{whole[:at], append(append([]byte{}, whole[:at]...), append([]byte{whole[at] ^ 0x55}, whole[at+1:]...)...)} {
				if err := os.WriteFile(path, bad, 0o644); err != nil {
					t.Fatal(err)
				}
				c, _, err := Latest(dir)
				if err != nil {
					t.Fatalf("%s damaged at byte %d: %v", name, at, err)
				}
				if c.Step == 2 && name != manifestName && c.Files["model"][0].Tensor.Floats()[0] != 2 {
					t.Fatalf("%s damaged at byte %d is taken for whole", name, at)
				}
			}
		}
		if err := os.WriteFile(path, whole, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// A fullDisk fails after so many bytes.
type fullDisk struct {
	*os.File
	left *int
}

func (f fullDisk) Write(b []byte) (int, error) {
	if len(b) > *f.left {
		n, _ := f.File.Write(b[:*f.left])
		*f.left = 0
		return n, fmt.Errorf("write: %w", errNoSpace)
	}
	*f.left -= len(b)
	return f.File.Write(b)
}

var errNoSpace = errors.New("no space left on device")

// A disk that fills up at any byte of a checkpoint leaves the older ones whole, and nothing else behind.
func TestFullDiskHarmsNothing(t *testing.T) {
	before := disk
	defer func() { disk = before }()
	dir := t.TempDir()
	if err := checkpointAt(1).Save(dir); err != nil {
		t.Fatal(err)
	}
	for room := 0; ; room += 7 {
		left := room
		disk.Create = func(path string) (durable.File, error) {
			f, err := os.Create(path)
			return fullDisk{f, &left}, err
		}
		err := checkpointAt(2).Save(dir)
		if err == nil {
			break
		}
		if !errors.Is(err, errNoSpace) {
			t.Fatal(err)
		}
		disk = before
		c, damaged, err := Latest(dir)
		if err != nil || c.Step != 1 || len(damaged) > 0 {
			t.Fatalf("room for %d bytes: %v, %v", room, damaged, err)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, ".tmp-*")); len(left) > 0 {
			t.Fatalf("room for %d bytes: %v is left behind", room, left)
		}
	}
}

// A disk that is full does not stop a run; the warning says so.
func TestFullDiskDoesNotStopTheRun(t *testing.T) {
	before := disk
	defer func() { disk = before }()
	dir := t.TempDir()
	disk.Create = func(path string) (durable.File, error) {
		if strings.Contains(path, "checkpoints") {
			return nil, errNoSpace
		}
		return os.Create(path)
	}
	var warnings []error
	y := newToy(t)
	h, err := y.fit(t.Context(), Config{Dir: dir, Warn: func(err error) { warnings = append(warnings, err) }})
	if err != nil || h.Steps != 72 || len(warnings) == 0 || !errors.Is(warnings[0], errNoSpace) {
		t.Errorf("%d steps, %v, warnings %v", h.Steps, err, warnings)
	}
}

// What a crash left half-written is no checkpoint, and is removed by the next one.
func TestHalfWrittenIsSweptAway(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, ".tmp-123", "x"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Latest(dir); !errors.Is(err, ErrNoCheckpoint) {
		t.Error(err)
	}
	if err := checkpointAt(1).Save(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, ".tmp-123")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
}

func TestLoadParamsNamesAllThatIsWrong(t *testing.T) {
	y := newToy(t)
	err := LoadParams(nn.Params(y.model), Names{
		{Name: "0.weight", Tensor: tensor.Zeros(2, 2)}, {Name: "stray", Tensor: tensor.Zeros(1)},
	})
	for _, want := range []string{"missing: 0.bias", "0.weight is [2 2], not [16 4]", "unexpected: stray"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
}
