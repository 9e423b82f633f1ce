// Package audio reads sound: WAV, FLAC and MP3 files to samples, samples to spectra and what a recognizer hears, and variations to train on.
//
//	s, err := audio.Open("seven.wav")
//	s = s.Mono().Resample(16000)
//	x := audio.Mel{}.Of(s.Channels[0], s.Rate) // frames of 80 bands
//
// Everything random is a pure function of a key.
package audio

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// A Sound is samples of one or more channels, which are equally long. Full scale is −1 to 1.
type Sound struct {
	Rate     int         // samples a second
	Channels [][]float32 // one slice a channel
}

// Len returns the number of samples of a channel.
func (s *Sound) Len() int {
	if len(s.Channels) == 0 {
		return 0
	}
	return len(s.Channels[0])
}

// Seconds returns how long the sound is.
func (s *Sound) Seconds() float64 { return float64(s.Len()) / float64(s.Rate) }

// Mono returns the mean of the channels as a sound of one.
func (s *Sound) Mono() *Sound {
	if len(s.Channels) == 1 {
		return s
	}
	mean := make([]float32, s.Len())
	for i := range mean {
		sum := 0.0
		for _, c := range s.Channels {
			sum += float64(c[i])
		}
		mean[i] = float32(sum / float64(len(s.Channels)))
	}
	return &Sound{s.Rate, [][]float32{mean}}
}

// MaxSamples is how many samples a file may hold, all channels together: an hour and a half in stereo at 48 kHz.
const MaxSamples = 1 << 29

var errLong = fmt.Errorf("more than %d samples", MaxSamples)

// Open reads the file at path; see [Read].
func Open(path string) (*Sound, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading sound: %w", err)
	}
	defer f.Close()
	return Read(f, path)
}

// Read reads a WAV, FLAC or MP3 file, which it tells apart by how they begin. Name stands in its errors.
func Read(r io.Reader, name string) (*Sound, error) {
	head := make([]byte, 12)
	n, err := io.ReadFull(r, head)
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading %s: the file is empty", name)
	}
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	head = head[:n]
	r = io.MultiReader(bytes.NewReader(head), r)
	decode := decodeMP3
	switch {
	case bytes.HasPrefix(head, []byte("RIFF")), bytes.HasPrefix(head, []byte("RF64")):
		decode = decodeWAV
	case bytes.HasPrefix(head, []byte("fLaC")):
		decode = decodeFLAC
	case bytes.HasPrefix(head, []byte("ID3")), n > 1 && head[0] == 0xff && head[1]&0xe0 == 0xe0:
	default:
		return nil, fmt.Errorf("reading %s: it is no WAV, FLAC or MP3 file", name)
	}
	s, err := decode(r)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return s, nil
}
