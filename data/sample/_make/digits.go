package main

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/data/audio"
)

// keptDigits are the numbers of the recordings that are kept, of each digit and speaker: the first of the five for the test, and the
// first three of those for training.
var keptDigits = []string{"0", "5", "6", "7"}

// digits packs some recordings of the Free Spoken Digit Dataset as IMA ADPCM, four bits a sample.
func digits(dir string) error {
	all, err := audio.Load(context.Background(), filepath.Join(dir, "fsdd"), 8000)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	kept := 0
	for _, r := range all {
		parts := strings.Split(r.Name(), "_")
		if len(parts) != 3 || !slices.Contains(keptDigits, parts[2]) {
			continue
		}
		var wav bytes.Buffer
		if err := r.WriteADPCM(&wav); err != nil {
			return err
		}
		if err := w.WriteHeader(&tar.Header{Name: r.Name() + ".wav", Mode: 0o644, Size: int64(wav.Len())}); err != nil {
			return err
		}
		if _, err := w.Write(wav.Bytes()); err != nil {
			return err
		}
		kept++
	}
	if want := 10 * 6 * len(keptDigits); kept != want {
		return fmt.Errorf("%d recordings of digits, want %d", kept, want)
	}
	if err := w.Close(); err != nil {
		return err
	}
	return write("digits.tar.gz", b.Bytes())
}
