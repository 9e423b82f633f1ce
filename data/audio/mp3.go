package audio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/hajimehoshi/go-mp3"
)

// maxMP3 is how long an MP3 file may be: as much as MaxSamples at 32 kbit/s need not have.
const maxMP3 = 1 << 29

// decodeMP3 reads an MP3 file. What the encoder put before and behind the sound is cut off where the file says how much that
// is, as files by LAME and by FFmpeg do.
func decodeMP3(r io.Reader) (*Sound, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxMP3+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxMP3 {
		return nil, fmt.Errorf("more than %d bytes", maxMP3)
	}
	d, err := mp3.NewDecoder(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	f := findMP3Frame(b)
	s := &Sound{d.SampleRate(), make([][]float32, f.channels)}
	buffer := make([]byte, 1<<16)
	for {
		n, err := io.ReadFull(d, buffer) // 16-bit samples in stereo, whatever the file has
		for i := 0; i+4 <= n; i += 4 {
			for c := range s.Channels {
				s.Channels[c] = append(s.Channels[c], float32(int16(binary.LittleEndian.Uint16(buffer[i+2*c:])))/(1<<15))
			}
		}
		if s.Len()*len(s.Channels) > MaxSamples {
			return nil, errLong
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	from, to := f.sound(s.Len())
	for c := range s.Channels {
		s.Channels[c] = s.Channels[c][from:to]
	}
	return s, nil
}

// An mp3Frame is what the first frame of a file says.
type mp3Frame struct {
	channels int
	samples  int // of each frame
	frames   int // of sound behind this one, which then holds none; 0 if it does not say
	delay    int // samples that the encoder put before the sound
	padding  int // and behind it
}

// findMP3Frame reads the first frame: the header, and the tag that Xing and LAME defined.
func findMP3Frame(b []byte) mp3Frame {
	f := mp3Frame{channels: 2, samples: 1152}
	b = b[id3Len(b):]
	for len(b) > 4 && (b[0] != 0xff || b[1]&0xe0 != 0xe0) {
		b = b[1:]
	}
	if len(b) < 4 {
		return f
	}
	first := b[1]>>3&3 == 3 // MPEG-1, and not one of the lower rates
	side := 32              // bytes between the header and the tag
	if !first {
		f.samples, side = 576, 17
	}
	if b[3]>>6 == 3 { // mono
		f.channels = 1
		if side = 17; !first {
			side = 9
		}
	}
	if len(b) >= 4+side+8 {
		f.tag(b[4+side:])
	}
	return f
}

// tag reads the frames, delay and padding of a Xing or Info tag.
func (f *mp3Frame) tag(b []byte) {
	if name := string(b[:4]); name != "Xing" && name != "Info" {
		return
	}
	flags := binary.BigEndian.Uint32(b[4:])
	at := 8
	if flags&1 == 0 || len(b) < at+4 {
		return
	}
	frames := binary.BigEndian.Uint32(b[at:])
	for _, part := range []struct{ flag, size uint32 }{{1, 4}, {2, 4}, {4, 100}, {8, 4}} {
		if flags&part.flag != 0 {
			at += int(part.size)
		}
	}
	if len(b) < at+24 || frames > MaxSamples {
		return
	}
	lame := b[at:]
	f.frames = int(frames)
	f.delay, f.padding = int(lame[21])<<4|int(lame[22])>>4, int(lame[22]&15)<<8|int(lame[23])
}

// decoderDelay is how many samples any decoder puts before what was encoded.
const decoderDelay = 529

// sound returns where the sound lies among n samples.
func (f *mp3Frame) sound(n int) (from, to int) {
	if f.frames == 0 {
		return 0, n
	}
	from = min(f.samples+f.delay+decoderDelay, n)
	return from, max(from, min(n, from+f.frames*f.samples-f.delay-f.padding))
}

// id3Len returns the length of the ID3 tag before the first frame.
func id3Len(b []byte) int {
	if len(b) < 10 || string(b[:3]) != "ID3" {
		return 0
	}
	n := 10 + (int(b[6]&127)<<21 | int(b[7]&127)<<14 | int(b[8]&127)<<7 | int(b[9]&127))
	return min(n, len(b))
}
