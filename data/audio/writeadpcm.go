package audio

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// adpcmBlock is how many bytes of a channel belong together in what is written.
const adpcmBlock = 1024

// WriteADPCM writes a sound of one channel as a WAV file of IMA ADPCM: four bits a sample, a quarter of [Sound.WriteWAV]'s, for speech
// that has not to be the same bit for bit. Up to seven samples of silence are added at the end.
func (s *Sound) WriteADPCM(w io.Writer) error {
	if len(s.Channels) != 1 || s.Len() == 0 || s.Len() > MaxSamples {
		return fmt.Errorf("writing ADPCM: %d channels of %d samples; want one that is not empty", len(s.Channels), s.Len())
	}
	per := 2*(adpcmBlock-4) + 1
	var body []byte
	at := adpcm{}
	for x := s.Channels[0]; len(x) > 0; x = x[min(per, len(x)):] {
		body = at.block(body, x[:min(per, len(x))])
	}
	head := make([]byte, 0, 48)
	head = append(head, "RIFF"...)
	head = binary.LittleEndian.AppendUint32(head, uint32(40+len(body)))
	head = append(head, "WAVEfmt "...)
	head = binary.LittleEndian.AppendUint32(head, 20)
	head = binary.LittleEndian.AppendUint16(head, wavADPCM)
	head = binary.LittleEndian.AppendUint16(head, 1)
	head = binary.LittleEndian.AppendUint32(head, uint32(s.Rate))
	head = binary.LittleEndian.AppendUint32(head, uint32(s.Rate*adpcmBlock/per))
	head = binary.LittleEndian.AppendUint16(head, adpcmBlock)
	head = binary.LittleEndian.AppendUint16(head, 4)
	head = binary.LittleEndian.AppendUint16(head, 2)
	head = binary.LittleEndian.AppendUint16(head, uint16(per))
	head = append(head, "data"...)
	head = binary.LittleEndian.AppendUint32(head, uint32(len(body)))
	b := bufio.NewWriter(w)
	_, _ = b.Write(head)
	_, _ = b.Write(body)
	return b.Flush() // which returns the first error of all writes
}

// block appends a block of samples: the first one, where the steps are, and a code for each other.
func (a *adpcm) block(to []byte, x []float32) []byte {
	a.sample = int32(max(math.MinInt16, min(math.MaxInt16, math.RoundToEven(float64(x[0])*(1<<15)))))
	to = binary.LittleEndian.AppendUint16(to, uint16(int16(a.sample)))
	to = append(to, byte(a.step), 0)
	for x = x[1:]; len(x) > 0; x = x[min(8, len(x)):] { // eight codes in four bytes
		var eight [4]byte
		for i := range 8 {
			want := float32(0)
			if i < len(x) {
				want = x[i]
			}
			eight[i/2] |= a.nearest(want) << (4 * (i % 2))
		}
		to = append(to, eight[:]...)
	}
	return to
}

// nearest goes on by the code whose sample is nearest to x, and returns it.
func (a *adpcm) nearest(x float32) (code byte) {
	least, best := math.Inf(1), *a
	for c := range byte(16) {
		trial := *a
		if off := math.Abs(float64(trial.next(c) - x)); off < least {
			least, best, code = off, trial, c
		}
	}
	*a = best
	return code
}
