//go:build !amd64

package parallel

import "runtime"

func pause() { runtime.Gosched() }
