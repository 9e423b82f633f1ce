package sample

import (
	"bytes"

	"github.com/jimu-ml/jimu/data/audio"
)

// Digits returns 240 recordings of English digits by six speakers, 8,000 samples a second, named as in the Free Spoken Digit Dataset:
// 7_jackson_5 is the digit, the speaker and a number. By its custom those of number 0 to 4 are for the test, 60 here: number 0.
func Digits() ([]audio.Recording, error) {
	packed, err := Bytes(Paths("digits")[0])
	if err != nil {
		return nil, err
	}
	return audio.Unpack(bytes.NewReader(packed), "digits.tar.gz", 8000)
}
