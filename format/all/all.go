// Package all makes every format of names to tensors known to package format, as imports.
package all

import (
	_ "github.com/jimu-ml/jimu/format/gguf"
	_ "github.com/jimu-ml/jimu/format/keras"
	_ "github.com/jimu-ml/jimu/format/llama2c"
	_ "github.com/jimu-ml/jimu/format/npz"
	_ "github.com/jimu-ml/jimu/format/onnx"
	_ "github.com/jimu-ml/jimu/format/safetensors"
	_ "github.com/jimu-ml/jimu/format/torch"
)
