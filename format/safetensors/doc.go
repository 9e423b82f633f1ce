// Package safetensors reads and writes safetensors files: names to tensors, as a JSON header and raw bytes.
//
// A file is hostile until shown otherwise: the header is bounded, every length is checked against the file before
// memory is taken, and tensors may not overlap or leave gaps, as the format demands.
//
// The format is documented at huggingface/safetensors.
package safetensors
