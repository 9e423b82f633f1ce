package fuse_test

import (
	"testing"

	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/device/devicetest"
	"github.com/jimu-ml/jimu/device/fuse"
	"github.com/jimu-ml/jimu/device/meta"
)

// slow is set where the race detector is on: what it would find in the suite, it finds in the tests of the cpu.
var slow bool

func TestDevice(t *testing.T) {
	if slow {
		t.Skip("the suite is slow under the race detector")
	}
	devicetest.Run(t, fuse.New(cpu.Device))
}

func TestMeta(t *testing.T) {
	if err := fuse.New(meta.New()).Sync(); err != nil {
		t.Error(err)
	}
}
