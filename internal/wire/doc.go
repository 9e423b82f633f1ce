// Package wire reads and writes the protocol-buffer wire format: fields with a number, a kind and a value.
//
// [Unmarshal] and [Marshal] take structs whose fields have the numbers of the message's as tags, so that the struct is the
// whole description:
//
//	type Entry struct {
//		Key   string `wire:"1"`
//		Value []byte `wire:"2"`
//	}
//
// Generated code is not wanted: it copies every byte and registers its messages for the whole process. Here bytes are
// windows on the file. What a file makes us allocate is bounded by its size, and how deep it nests by [MaxDepth].
//
// The format is documented at protobuf.dev/programming-guides/encoding.
package wire
