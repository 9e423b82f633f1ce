package cpu_test

import (
	"testing"

	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/device/devicetest"
	"github.com/jimu-ml/jimu/internal/kernel"
)

func TestDevice(t *testing.T) {
	for _, set := range tested() {
		t.Run(set, func(t *testing.T) {
			defer kernel.Use(set)()
			devicetest.Run(t, cpu.Device)
		})
	}
}
