// Package voc reads data sets of pictures with boxes in the form of Pascal VOC: XML files, lists of the splits, and archives of
// them.
//
//	Annotations/NAME.xml       what is in a picture
//	ImageSets/Main/SPLIT.txt   the names of a split: train, val, test
//	JPEGImages/NAME.jpg
//
// All that a file says is checked against limits before memory is made for it.
package voc

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path"
	"strconv"
	"strings"
)

// An Annotation says what is in a picture.
type Annotation struct {
	File          string // the picture's name, as the annotation has it
	Width, Height int    // of the picture; 0 if the annotation does not say
	Objects       []Object
}

// An Object is one thing with its box, from its left and upper edge to its right and lower one, in pixels.
//
// VOC's own files count pixels from 1 and have the last one within; the numbers here are those of the file.
type Object struct {
	Name                     string // of its class
	Left, Top, Right, Bottom float64
	Difficult, Truncated     bool
}

// What an annotation may hold at most.
const (
	maxText    = 4 << 20
	maxObjects = 20000
	maxSide    = 1 << 20
)

// document is an annotation as XML has it.
type document struct {
	XMLName  xml.Name `xml:"annotation"`
	Filename string   `xml:"filename"`
	Size     struct {
		Width  string `xml:"width"`
		Height string `xml:"height"`
	} `xml:"size"`
	Objects []struct {
		Name      string `xml:"name"`
		Difficult string `xml:"difficult"`
		Truncated string `xml:"truncated"`
		Box       *struct {
			XMin string `xml:"xmin"`
			YMin string `xml:"ymin"`
			XMax string `xml:"xmax"`
			YMax string `xml:"ymax"`
		} `xml:"bndbox"`
	} `xml:"object"`
}

// Decode reads an annotation. What is no annotation, or says something that cannot be, is an error.
func Decode(r io.Reader) (*Annotation, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxText+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxText {
		return nil, fmt.Errorf("an annotation of more than %d bytes", maxText)
	}
	var d document
	if err := xml.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("no annotation: %w", err)
	}
	if len(d.Objects) > maxObjects {
		return nil, fmt.Errorf("%d objects, more than %d", len(d.Objects), maxObjects)
	}
	a := &Annotation{File: d.Filename}
	if a.Width, err = side(d.Size.Width); err == nil {
		a.Height, err = side(d.Size.Height)
	}
	if err != nil {
		return nil, err
	}
	for i, o := range d.Objects {
		it := Object{Name: strings.TrimSpace(o.Name), Difficult: isSet(o.Difficult), Truncated: isSet(o.Truncated)}
		if it.Name == "" || o.Box == nil {
			return nil, fmt.Errorf("object %d has no name or no bndbox", i+1)
		}
		for to, text := range map[*float64]string{&it.Left: o.Box.XMin, &it.Top: o.Box.YMin, &it.Right: o.Box.XMax, &it.Bottom: o.Box.YMax} {
			if *to, err = strconv.ParseFloat(strings.TrimSpace(text), 64); err != nil || !(math.Abs(*to) <= maxSide) {
				return nil, fmt.Errorf("object %d, %s: an edge of its box is %.40q; want a number of pixels", i+1, it.Name, text)
			}
		}
		if it.Right < it.Left || it.Bottom < it.Top {
			return nil, fmt.Errorf("object %d, %s: its box from %v,%v to %v,%v ends before it begins", i+1, it.Name, it.Left, it.Top, it.Right, it.Bottom)
		}
		a.Objects = append(a.Objects, it)
	}
	return a, nil
}

func isSet(text string) bool { return strings.TrimSpace(text) == "1" }

func side(text string) (int, error) {
	if text = strings.TrimSpace(text); text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > maxSide {
		return 0, fmt.Errorf("a side of the picture is %.40q; want a number of pixels", text)
	}
	return n, nil
}

// Names returns the names of the pictures of a split. A split that is not there is an error for which errors.Is finds
// fs.ErrNotExist.
func Names(files fs.FS, split string) ([]string, error) {
	at := path.Join("ImageSets/Main", split+".txt")
	text, err := fs.ReadFile(files, at)
	if err != nil {
		return nil, err
	}
	var names []string
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if !fs.ValidPath(words[0]) || strings.Contains(words[0], "/") {
			return nil, fmt.Errorf("%s: %.60q is no name of a picture", at, words[0])
		}
		names = append(names, words[0])
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s is empty", at)
	}
	return names, nil
}

// Read returns the annotation of a picture, and the bytes of its JPEG file.
func Read(files fs.FS, name string) (*Annotation, []byte, error) {
	at := "Annotations/" + name + ".xml"
	text, err := fs.ReadFile(files, at)
	if err != nil {
		return nil, nil, err
	}
	a, err := Decode(bytes.NewReader(text))
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", at, err)
	}
	photo, err := fs.ReadFile(files, "JPEGImages/"+name+".jpg")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("%s has no picture: %w", at, err)
	}
	return a, photo, err
}
