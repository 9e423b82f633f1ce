package music

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// What a file may hold at most.
const (
	maxFile  = 64 << 20 // bytes
	maxNotes = 1 << 20
)

// percussion is the channel whose keys are drums.
const percussion = 9

// Open reads the Standard MIDI File at path; see [Read].
func Open(path string) (*Score, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading music: %w", err)
	}
	defer f.Close()
	return Read(f, path)
}

// Read reads a Standard MIDI File: the notes of all tracks but drums, and the first tempo, 120 if there is none. Name stands in its
// errors.
func Read(r io.Reader, name string) (*Score, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err == nil && len(b) > maxFile {
		err = fmt.Errorf("more than %d bytes", maxFile)
	}
	if err == nil {
		var s *Score
		if s, err = parse(b); err == nil {
			return s, nil
		}
	}
	return nil, fmt.Errorf("reading %s: %w", name, err)
}

func parse(b []byte) (*Score, error) {
	if len(b) < 14 || string(b[:4]) != "MThd" {
		return nil, errors.New("it is no MIDI file")
	}
	head, division := binary.BigEndian.Uint32(b[4:]), binary.BigEndian.Uint16(b[12:])
	if head < 6 || uint64(head) > uint64(len(b)-8) {
		return nil, errors.New("its head is cut off")
	}
	if division == 0 || division&0x8000 != 0 {
		return nil, errors.New("its time is not counted in parts of a quarter note")
	}
	s := &Score{}
	for b = b[8+head:]; len(b) >= 8; {
		size := binary.BigEndian.Uint32(b[4:])
		if uint64(size) > uint64(len(b)-8) {
			return nil, errors.New("a track is cut off")
		}
		if string(b[:4]) == "MTrk" {
			t := track{bytes: b[8 : 8+size], quarter: float64(division), score: s}
			if err := t.read(); err != nil {
				return nil, err
			}
		}
		b = b[8+size:]
	}
	slices.SortStableFunc(s.Notes, func(a, b Note) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Key, b.Key)) })
	s.Tempo = cmp.Or(s.Tempo, 120)
	return s, nil
}

var errTrack = errors.New("a track ends within a message")

// A track is read message by message.
type track struct {
	bytes   []byte
	quarter float64 // ticks of a quarter note
	score   *Score
	now     float64
	status  byte             // of the last message of a channel, which those without one of their own have
	on      [16 * 128][]Note // struck and not let go, by channel and key
}

func (t *track) read() error {
	for len(t.bytes) > 0 {
		wait, err := t.number()
		if err != nil {
			return err
		}
		t.now += float64(wait) / t.quarter
		if len(t.bytes) == 0 {
			return errTrack
		}
		status := t.status
		if t.bytes[0]&0x80 != 0 {
			status = t.bytes[0]
			t.bytes = t.bytes[1:]
		}
		if status < 0xf0 {
			// The standard has other messages cancel the status. Some programs go on with it all the same, as their readers do,
			// and there is nothing else that it could mean.
			t.status = status
		}
		if err := t.message(status); err != nil {
			return err
		}
	}
	for i := range t.on { // until the track ends
		for range t.on[i] {
			t.release(i)
		}
	}
	return nil
}

// number reads a number in groups of seven bits.
func (t *track) number() (int, error) {
	n := 0
	for i := 0; i < 4 && i < len(t.bytes); i++ {
		n = n<<7 | int(t.bytes[i]&0x7f)
		if t.bytes[i]&0x80 == 0 {
			t.bytes = t.bytes[i+1:]
			return n, nil
		}
	}
	return 0, errTrack
}

// take returns the next n bytes.
func (t *track) take(n int) ([]byte, error) {
	if n > len(t.bytes) {
		return nil, errTrack
	}
	b := t.bytes[:n]
	t.bytes = t.bytes[n:]
	return b, nil
}

func (t *track) message(status byte) error {
	switch kind := status & 0xf0; {
	case status < 0x80:
		return errors.New("a track begins without a message")
	case status == 0xff:
		return t.meta()
	case kind == 0xf0: // the system's own
		n, err := t.number()
		if err == nil {
			_, err = t.take(n)
		}
		return err
	case kind == 0xc0 || kind == 0xd0:
		_, err := t.take(1)
		return err
	default:
		b, err := t.take(2)
		if err != nil || kind > 0x90 {
			return err
		}
		return t.key(int(status&15), int(b[0]&0x7f), int(b[1]&0x7f), kind == 0x90)
	}
}

func (t *track) meta() error {
	kind, err := t.take(1)
	if err != nil {
		return err
	}
	n, err := t.number()
	if err != nil {
		return err
	}
	b, err := t.take(n)
	if err == nil && kind[0] == 0x51 && n == 3 && t.score.Tempo == 0 {
		if micro := int(b[0])<<16 | int(b[1])<<8 | int(b[2]); micro > 0 {
			t.score.Tempo = 60e6 / float64(micro)
		}
	}
	return err
}

// key strikes a key or lets it go.
func (t *track) key(channel, key, velocity int, struck bool) error {
	i := channel*128 + key
	if channel == percussion {
		return nil
	}
	if !struck || velocity == 0 {
		t.release(i)
		return nil
	}
	if len(t.score.Notes)+len(t.on[i]) >= maxNotes {
		return fmt.Errorf("more than %d notes", maxNotes)
	}
	t.on[i] = append(t.on[i], Note{Key: key, Start: t.now, Velocity: velocity})
	return nil
}

// release ends the note that has sounded longest.
func (t *track) release(i int) {
	if len(t.on[i]) == 0 {
		return
	}
	n := t.on[i][0]
	t.on[i] = t.on[i][1:]
	if n.End = t.now; n.End > n.Start && len(t.score.Notes) < maxNotes {
		t.score.Notes = append(t.score.Notes, n)
	}
}
