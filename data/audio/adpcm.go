package audio

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
)

// adpcmSteps are the sizes of steps of IMA ADPCM, and adpcmMoves how far each code moves along them.
var (
	adpcmSteps = [...]int32{
		7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107, 118, 130, 143, 157, 173, 190,
		209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499,
		2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385,
		24623, 27086, 29794, 32767,
	}
	adpcmMoves = [...]int32{-1, -1, -1, -1, 2, 4, 6, 8}
)

// An adpcm is where a channel of IMA ADPCM is.
type adpcm struct{ sample, step int32 }

// next returns the sample that a code of four bits stands for: the last one and a share of the step, which adapts.
func (a *adpcm) next(code byte) float32 {
	size, share := adpcmSteps[a.step], int32(code&7)
	by := size>>3 + (share>>2&1)*size + (share>>1&1)*(size>>1) + (share&1)*(size>>2) // each rounded down, as everywhere
	if code&8 != 0 {
		by = -by
	}
	a.sample = max(math.MinInt16, min(math.MaxInt16, a.sample+by))
	a.step = max(0, min(int32(len(adpcmSteps)-1), a.step+adpcmMoves[share]))
	return float32(a.sample) / (1 << 15)
}

// adpcmSamples reads blocks of IMA ADPCM: the first sample and step of each channel, then four bytes of a channel after the other, two
// samples in a byte, the low half first. The last block may be shorter.
func (f *wavFormat) adpcmSamples(r io.Reader, size int64) (*Sound, error) {
	s := &Sound{f.rate, make([][]float32, f.channels)}
	at := make([]adpcm, f.channels)
	head := 4 * f.channels
	block := make([]byte, f.block)
	for r = io.LimitReader(r, size); ; {
		n, err := io.ReadFull(r, block)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, err
		}
		if n < head {
			return s, nil
		}
		if s.Len() > (MaxSamples-2*f.block)/f.channels {
			return nil, errLong
		}
		for c := range at {
			b := block[4*c:]
			at[c] = adpcm{int32(int16(binary.LittleEndian.Uint16(b))), int32(b[2])}
			if at[c].step >= int32(len(adpcmSteps)) {
				return nil, errors.New("a block of ADPCM begins with a step that there is not")
			}
			s.Channels[c] = append(s.Channels[c], float32(at[c].sample)/(1<<15))
		}
		for b := block[head:n]; len(b) >= head; b = b[head:] {
			for c := range at {
				for _, codes := range b[4*c : 4*c+4] {
					s.Channels[c] = append(s.Channels[c], at[c].next(codes&15), at[c].next(codes>>4))
				}
			}
		}
	}
}
