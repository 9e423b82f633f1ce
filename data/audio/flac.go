package audio

import (
	"errors"
	"fmt"
	"io"

	"github.com/mewkiz/flac"
)

// decodeFLAC reads a FLAC file, bit for bit what was written.
func decodeFLAC(r io.Reader) (*Sound, error) {
	stream, err := flac.New(r)
	if err != nil {
		return nil, err
	}
	info := stream.Info
	if info.NChannels < 1 || info.SampleRate < 1 || info.BitsPerSample < 4 || info.BitsPerSample > 32 {
		return nil, fmt.Errorf("%d channels of %d bits at %d samples a second", info.NChannels, info.BitsPerSample, info.SampleRate)
	}
	s := &Sound{int(info.SampleRate), make([][]float32, info.NChannels)}
	scale := 1 / float64(int64(1)<<(info.BitsPerSample-1))
	for {
		frame, err := stream.ParseNext()
		if errors.Is(err, io.EOF) {
			return s, nil
		}
		if err != nil {
			return nil, err
		}
		if len(frame.Subframes) != len(s.Channels) {
			return nil, fmt.Errorf("a frame of %d channels in a file of %d", len(frame.Subframes), len(s.Channels))
		}
		for c, sub := range frame.Subframes {
			if len(sub.Samples) != len(frame.Subframes[0].Samples) {
				return nil, errors.New("a frame whose channels are not equally long")
			}
			for _, v := range sub.Samples {
				s.Channels[c] = append(s.Channels[c], float32(float64(v)*scale))
			}
		}
		if s.Len()*len(s.Channels) > MaxSamples {
			return nil, errLong
		}
	}
}
