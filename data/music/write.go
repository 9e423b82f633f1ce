package music

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
)

// ticks is how many parts of a quarter note are written.
const ticks = 480

// An event is a message at a time.
type event struct {
	at, order int
	data      []byte
}

// Write writes a Standard MIDI File of one track, played by the program: an instrument of General MIDI from 0, a piano, to 127.
func (s *Score) Write(w io.Writer, program int) error {
	if program < 0 || program > 127 || !(s.Tempo >= 4 && s.Tempo <= 1e6) {
		return fmt.Errorf("writing MIDI: instrument %d at %v quarter notes a minute", program, s.Tempo)
	}
	tempo := uint32(math.Round(60e6 / s.Tempo)) // microseconds of a quarter note
	all := []event{{0, 0, []byte{0xff, 0x51, 3, byte(tempo >> 16), byte(tempo >> 8), byte(tempo)}}, {0, 0, []byte{0xc0, byte(program)}}}
	for _, n := range s.Notes {
		from, to := math.Round(n.Start*ticks), math.Round(n.End*ticks)
		if n.Key < 0 || n.Key > 127 || n.Velocity < 1 || n.Velocity > 127 || !(from >= 0 && from < to && to < 1<<28) {
			return fmt.Errorf("writing MIDI: the note %+v", n)
		}
		all = append(all, event{int(from), 2, []byte{0x90, byte(n.Key), byte(n.Velocity)}}, event{int(to), 1, []byte{0x80, byte(n.Key), 64}})
	}
	slices.SortStableFunc(all, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.order, b.order)) // a key is let go before it is struck again
	})
	var track []byte
	now := 0
	for _, e := range all {
		track = append(appendLength(track, e.at-now), e.data...)
		now = e.at
	}
	track = append(track, 0, 0xff, 0x2f, 0)
	file := append([]byte("MThd"), 0, 0, 0, 6, 0, 0, 0, 1, ticks>>8, ticks&0xff)
	file = append(file, "MTrk"...)
	file = binary.BigEndian.AppendUint32(file, uint32(len(track)))
	_, err := w.Write(append(file, track...))
	return err
}

// appendLength appends a number in groups of seven bits, the highest first.
func appendLength(to []byte, n int) []byte {
	for shift := 21; shift > 0; shift -= 7 {
		if n>>shift > 0 {
			to = append(to, byte(n>>shift)|0x80)
		}
	}
	return append(to, byte(n&0x7f))
}
