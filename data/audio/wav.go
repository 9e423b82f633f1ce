package audio

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// The codings of samples in a WAV file.
const (
	wavPCM        = 1
	wavFloat      = 3
	wavALaw       = 6
	wavMuLaw      = 7
	wavADPCM      = 17
	wavExtensible = 0xfffe
)

// A wavFormat is what the chunk "fmt " says.
type wavFormat struct {
	coding, channels, bits int
	rate                   int
	block                  int // bytes that belong together
}

// decodeWAV reads PCM of 8, 16, 24 and 32 bits, floats of 32 and 64, A-law, μ-law and IMA ADPCM.
func decodeWAV(r io.Reader) (*Sound, error) {
	b := bufio.NewReader(r)
	var head [12]byte
	if _, err := io.ReadFull(b, head[:]); err != nil || string(head[8:]) != "WAVE" {
		return nil, errors.New("a RIFF file that is no WAVE")
	}
	var f *wavFormat
	for {
		var chunk [8]byte
		if _, err := io.ReadFull(b, chunk[:]); err != nil {
			return nil, errors.New("the file ends before its samples")
		}
		size := int64(binary.LittleEndian.Uint32(chunk[4:]))
		switch string(chunk[:4]) {
		case "fmt ":
			var err error
			if f, err = readFormat(b, size); err != nil {
				return nil, err
			}
		case "data":
			if f == nil {
				return nil, errors.New("the samples come before their format")
			}
			return f.samples(b, size)
		default:
			if _, err := io.CopyN(io.Discard, b, size+size&1); err != nil { // chunks are padded to an even length
				return nil, fmt.Errorf("chunk %q is cut off", chunk[:4])
			}
		}
	}
}

func readFormat(r io.Reader, size int64) (*wavFormat, error) {
	if size < 16 || size > 1<<16 {
		return nil, fmt.Errorf("a format of %d bytes", size)
	}
	b := make([]byte, size+size&1)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, errors.New("the format is cut off")
	}
	f := &wavFormat{
		coding: int(binary.LittleEndian.Uint16(b)), channels: int(binary.LittleEndian.Uint16(b[2:])),
		rate: int(binary.LittleEndian.Uint32(b[4:])), bits: int(binary.LittleEndian.Uint16(b[14:])),
		block: int(binary.LittleEndian.Uint16(b[12:])),
	}
	if f.coding == wavExtensible {
		if size < 26 {
			return nil, errors.New("an extensible format without its coding")
		}
		f.coding = int(binary.LittleEndian.Uint16(b[24:]))
	}
	if f.channels < 1 || f.channels > 256 || f.rate < 1 || f.rate > 1<<24 {
		return nil, fmt.Errorf("%d channels at %d samples a second", f.channels, f.rate)
	}
	if f.coding == wavADPCM && f.bits == 4 {
		if f.block <= 4*f.channels || f.block%(4*f.channels) != 0 {
			return nil, fmt.Errorf("blocks of %d bytes hold no ADPCM of %d channels", f.block, f.channels)
		}
		return f, nil
	}
	if f.decoder() == nil {
		return nil, fmt.Errorf("samples of coding %d with %d bits are not known", f.coding, f.bits)
	}
	return f, nil
}

// decoder returns what makes a sample of its bytes.
func (f *wavFormat) decoder() func(b []byte) float32 {
	type form struct{ coding, bits int }
	return map[form]func(b []byte) float32{
		{wavPCM, 8}:    func(b []byte) float32 { return (float32(b[0]) - 128) / (1 << 7) },
		{wavPCM, 16}:   func(b []byte) float32 { return float32(int16(binary.LittleEndian.Uint16(b))) / (1 << 15) },
		{wavPCM, 24}:   func(b []byte) float32 { return float32(int32(b[0])<<8|int32(b[1])<<16|int32(b[2])<<24) / (1 << 31) },
		{wavPCM, 32}:   func(b []byte) float32 { return float32(int32(binary.LittleEndian.Uint32(b))) / (1 << 31) },
		{wavFloat, 32}: func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) },
		{wavFloat, 64}: func(b []byte) float32 { return float32(math.Float64frombits(binary.LittleEndian.Uint64(b))) },
		{wavALaw, 8}:   func(b []byte) float32 { return aLaw(b[0]) },
		{wavMuLaw, 8}:  func(b []byte) float32 { return muLaw(b[0]) },
	}[form{f.coding, f.bits}]
}

// samples reads the chunk of samples. Programs that could not know its length wrote 0 or the largest one: then it goes to
// the end of the file, as does one that is cut off.
func (f *wavFormat) samples(r io.Reader, size int64) (*Sound, error) {
	if size == 0 || size >= math.MaxUint32-1 {
		size = math.MaxInt64
	}
	if f.coding == wavADPCM {
		return f.adpcmSamples(r, size)
	}
	one := f.decoder()
	width := f.bits / 8
	frame := make([]byte, width*f.channels)
	s := &Sound{f.rate, make([][]float32, f.channels)}
	for left := size; left >= int64(len(frame)); left -= int64(len(frame)) {
		if _, err := io.ReadFull(r, frame); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		} else if err != nil {
			return nil, err
		}
		if s.Len()*f.channels >= MaxSamples {
			return nil, errLong
		}
		for c := range f.channels {
			s.Channels[c] = append(s.Channels[c], one(frame[c*width:]))
		}
	}
	return s, nil
}

// aLaw decodes a byte of ITU-T G.711's A-law.
func aLaw(b byte) float32 {
	b ^= 0x55
	exponent, mantissa := int32(b>>4&7), int32(b&15)
	v := mantissa<<4 + 8
	if exponent > 0 {
		v = (v + 0x100) << (exponent - 1)
	}
	if b&0x80 == 0 {
		v = -v
	}
	return float32(v) / (1 << 15)
}

// muLaw decodes a byte of ITU-T G.711's μ-law.
func muLaw(b byte) float32 {
	b = ^b
	v := (int32(b&15)<<3+0x84)<<(b>>4&7) - 0x84
	if b&0x80 != 0 {
		v = -v
	}
	return float32(v) / (1 << 15)
}

// WriteWAV writes a sound as 16-bit PCM, which everything plays. Samples beyond full scale are cut off.
func (s *Sound) WriteWAV(w io.Writer) error {
	n := len(s.Channels)
	if n == 0 || n > 256 || s.Len()*n > MaxSamples {
		return fmt.Errorf("writing WAV: %d channels of %d samples", n, s.Len())
	}
	size := 2 * n * s.Len()
	b := bufio.NewWriter(w)
	head := make([]byte, 0, 44)
	head = append(head, "RIFF"...)
	head = binary.LittleEndian.AppendUint32(head, uint32(36+size))
	head = append(head, "WAVEfmt "...)
	head = binary.LittleEndian.AppendUint32(head, 16)
	head = binary.LittleEndian.AppendUint16(head, wavPCM)
	head = binary.LittleEndian.AppendUint16(head, uint16(n))
	head = binary.LittleEndian.AppendUint32(head, uint32(s.Rate))
	head = binary.LittleEndian.AppendUint32(head, uint32(2*n*s.Rate))
	head = binary.LittleEndian.AppendUint16(head, uint16(2*n))
	head = binary.LittleEndian.AppendUint16(head, 16)
	head = append(head, "data"...)
	head = binary.LittleEndian.AppendUint32(head, uint32(size))
	_, _ = b.Write(head)
	for i := range s.Len() {
		for _, c := range s.Channels {
			v := math.RoundToEven(float64(c[i]) * (1 << 15))
			_ = binary.Write(b, binary.LittleEndian, int16(max(-1<<15, min(1<<15-1, v))))
		}
	}
	return b.Flush() // which returns the first error of all writes
}
