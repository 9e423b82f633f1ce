// Package gguf reads and writes GGUF files: names to tensors, often of few bits an element, with typed metadata.
//
// Versions 2 and 3 are read, of little-endian machines. A file is hostile until shown otherwise: all sizes are checked in
// 64-bit arithmetic that cannot overflow, against the bytes that are there, before memory is taken; arrays inside arrays
// end at a depth; tensors lie one behind another, as the format demands, so that none can show the bytes of another or of
// something else. Of the metadata nothing is decoded, and of long arrays nothing kept, before somebody asks.
//
// The format is documented in ggml-org/ggml, docs/gguf.md.
package gguf
