// Package onnx reads and writes ONNX files: names to tensors, and the graph that computes with them.
//
// The structs have the messages of onnx.proto, and their tags its field numbers; [Unmarshal] and [Marshal] go both ways, and
// [Open] leaves the bytes of large initializers in the file until a tensor is asked for. As a [format.File] a model is its
// initializers; package model/onnx runs its graph.
//
// A file is hostile until shown otherwise: what it makes us allocate is bounded by its size, shapes are checked against the
// bytes that are there, and the data of other files must lie below the model's folder, in regular files that have one
// name only.
//
// The format is documented at onnx.ai/onnx/repo-docs/IR.html.
package onnx
