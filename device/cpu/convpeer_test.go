package cpu

import (
	"fmt"
	"testing"
)

// peerLayers are the convolutions that are compared with a peer: those of VGG, the 1×1 of residual networks, and a
// small network for digits.
func peerLayers() (layers []*convSample) {
	for _, batch := range []int{1, 8} {
		for _, l := range [][3]int{
			{224, 3, 64}, {224, 64, 64}, {112, 64, 128}, {112, 128, 128}, {56, 128, 256}, {56, 256, 256}, {28, 256, 512}, {28, 512, 512}, {14, 512, 512},
		} {
			layers = append(layers, newSample(batch, l[1], l[2], 3, l[0], l[0]).with(1, 1, 1))
		}
		for _, l := range [][3]int{{56, 64, 256}, {56, 256, 64}, {28, 512, 128}, {14, 1024, 256}, {7, 512, 2048}} {
			layers = append(layers, newSample(batch, l[1], l[2], 1, l[0], l[0]))
		}
		layers = append(layers, newSample(batch, 128, 128, 3, 56, 56).with(1, 1, 1).grouped(128), newSample(batch, 3, 64, 7, 224, 224).with(2, 3, 3))
	}
	return append(layers, newSample(64, 1, 32, 5, 28, 28).with(1, 2, 2), newSample(64, 32, 64, 5, 14, 14).with(1, 2, 2))
}

// peerCommand returns what asks the peer for the same.
func (s *convSample) peerCommand(pass, method string, threads int) string {
	w := &s.window
	return fmt.Sprintf("conv %s %s %d %d %d %d %d %d %d %d %d %d", pass, method, threads, s.n, s.in, s.size[0], s.size[1], s.out,
		w.Size[0], w.Stride[0], w.Pad[0][0], w.Groups)
}

// BenchmarkConvPeer times convolutions in turn with oneDNN, which has its own layouts, weights included, beforehand.
// Ours are channels-last; weights that have been used before without a change are not transformed again.
func BenchmarkConvPeer(b *testing.B) {
	for _, s := range peerLayers() {
		name := fmt.Sprintf("%dx%d,%d to %d,%d by %d,batch=%d", s.size[0], s.size[1], s.in, s.out, s.window.Size[0], s.window.Size[1], s.n)
		b.Run(name, func(b *testing.B) {
			calls := s.calls()
			p := startPeer(b)
			for _, pass := range []string{"forward", "input", "weight"} {
				for _, threads := range []int{1, 2} {
					methods := []string{s.peerCommand(pass, "direct", threads)}
					if s.window.Size[0] == 3 && s.window.Stride[0] == 1 {
						methods = append(methods, s.peerCommand(pass, "winograd", threads))
					}
					b.Run(fmt.Sprintf("%s/threads=%d", pass, threads), func(b *testing.B) {
						p.against(b, threads, s.flop(), func() { Device.Run(calls[pass]) }, methods...)
					})
				}
			}
		})
	}
}
