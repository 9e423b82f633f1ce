package tensor

import (
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
)

// A scope with a limit refuses what would be more, and what was given back may be had again.
func TestScopeLimit(t *testing.T) {
	s := NewScope()
	s.Limit(1000)
	x := s.Bring(New(cpu.Device, device.Float32, 100).Fill(1))
	y := x.AddScalar(1) // 400 bytes
	y.Claim()
	mark := s.Mark()
	if err := Catch(func() { x.Tile(100) }); err == nil || !strings.Contains(err.Error(), "limit of 1000") {
		t.Errorf("40000 bytes: %v", err)
	}
	for range 5 {
		y.Exp() // 400 more
		s.Sweep(mark)
	}
	z := y.Expand(2, 100)
	z.Claim()
	y.Drop()
	if got := z.Select(0, 0).Floats()[0]; got != 2 {
		t.Errorf("a view of what was dropped: %v", got)
	}
	z.Drop()
	if err := Catch(func() { y.Exp() }); err == nil {
		t.Error("memory that nothing claims is still there")
	}
	s.Sweep(mark)
	big := x.Expand(2, 100).Clone() // 800
	big.Claim()
	if s.Limited() != 1000 || s.used != 800 {
		t.Errorf("%d of %d are in use", s.used, s.Limited())
	}
	x.Claim() // the collector's: nothing is counted
	x.Drop()
	if x.Held() != 0 || x.Floats()[0] != 1 {
		t.Error("memory of no scope was given back")
	}
}
