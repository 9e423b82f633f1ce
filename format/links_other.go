//go:build !unix

package format

import "io/fs"

// links returns 1: these systems do not say how many names a file has.
func links(fs.FileInfo) uint64 { return 1 }
