// Package keras reads and writes the files of Keras, names to tensors: HDF5 files of weights or whole models (.h5, .hdf5),
// and the zip archives of Keras 3 (.keras).
//
// A tensor is called by its layer and what it is there: conv2d/kernel, bi/forward_lstm/lstm_cell/bias. Files of Keras 2 say
// so themselves. Files of Keras 3 number the variables of a layer; a number becomes a name where there is only one way to
// read it, and remains, as in norm/0, where there are more. The state of optimizers and of random generators is left out.
// In the metadata, model_config is the model as JSON, in the dialect of the Keras that wrote it.
//
// An HDF5 file that is none of Keras's is read too: its arrays are called by their paths.
package keras

import (
	"bytes"
	"path/filepath"
	"strings"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/hdf5"
)

func init() {
	format.Register(format.Format{
		Name: "keras", About: "Keras 3: a zip archive of a model's configuration and its weights",
		Extensions: []string{".keras"}, Detect: isArchive, Open: openArchive, Write: writeArchive,
	})
	format.Register(format.Format{
		Name: "keras-h5", About: "HDF5, as Keras 2 and 3 keep weights and models in it",
		Extensions: []string{".h5", ".hdf5"}, Open: open, Write: write,
		Detect: func(_ string, head []byte) bool { return strings.HasPrefix(string(head), hdf5.Signature) },
	})
}

// The files in an archive.
const (
	configFile   = "config.json"
	metadataFile = "metadata.json"
	weightsFile  = "model.weights.h5"
)

// isArchive looks at the name of the archive's first file.
func isArchive(path string, head []byte) bool {
	if !bytes.HasPrefix(head, []byte("PK\x03\x04")) || len(head) < 30 {
		return false
	}
	if strings.EqualFold(filepath.Ext(path), ".keras") {
		return true
	}
	n := int(head[26]) | int(head[27])<<8
	name := string(head[30:min(30+n, len(head))])
	return name == configFile || name == metadataFile || name == weightsFile
}
