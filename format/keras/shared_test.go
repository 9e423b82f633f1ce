package keras

import (
	"testing"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/check"
)

// The files that people trained with Keras 2 are read.
func TestReadsTrainedFiles(t *testing.T) {
	for path, want := range map[string]struct {
		tensors int
		one     string
		model   bool
	}{
		"fer-mini-xception/fer2013_mini_XCEPTION.119-0.65.hdf5": {80, "separable_conv2d_1/depthwise_kernel", true},
		"fer-mini-xception/gender_mini_XCEPTION.21-0.95.hdf5":   {80, "conv2d_7/bias", true},
		"textgenrnn/textgenrnn_weights.hdf5":                    {10, "rnn_1/recurrent_kernel", false},
	} {
		f, err := format.Open(check.Published(t, "weights/"+path))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		found := false
		for _, e := range f.Entries() {
			found = found || e.Name == want.one
			if _, err := f.Tensor(e.Name); err != nil {
				t.Error(err)
			}
		}
		if (f.Metadata()["model_config"] != "") != want.model || len(f.Entries()) != want.tensors || !found {
			t.Errorf("%s: %d tensors, %v", path, len(f.Entries()), f.Entries())
		}
	}
}
