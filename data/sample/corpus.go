package sample

import (
	"fmt"
	"strings"
)

// A Corpus is texts of known classes.
type Corpus struct {
	Unit    string // what they are: "messages"
	Classes []string

	// The parts in which it was published. If it came in one, that is Train.
	Train, Validation, Test Labelled
}

// Labelled is texts and the positions of their classes.
type Labelled struct {
	Texts  []string
	Labels []int64
}

// Len returns the number of texts.
func (l Labelled) Len() int { return len(l.Texts) }

// Pick returns the texts at some positions.
func (l Labelled) Pick(index []int) Labelled {
	some := Labelled{make([]string, len(index)), make([]int64, len(index))}
	for i, k := range index {
		some.Texts[i], some.Labels[i] = l.Texts[k], l.Labels[k]
	}
	return some
}

// Messages returns the messages of [Spam] as a corpus.
func Messages() (*Corpus, error) {
	texts, labels, err := Spam()
	return &Corpus{Unit: "messages", Classes: []string{"ham", "spam"}, Train: Labelled{texts, labels}}, err
}

// Requests returns 4,811 different sentences with which people begin to ask an assistant for something, and what it is
// about: one of 14 things, from banks to services such as a dentist.
func Requests() (*Corpus, error) {
	all, err := read("requests")
	if err != nil {
		return nil, err
	}
	c := &Corpus{Unit: "requests", Classes: []string{
		"banks", "buses", "calendar", "events", "flights", "homes", "hotels", "media", "movies", "music", "rental cars", "restaurants",
		"rides", "services",
	}}
	at := map[string]int64{}
	for i, class := range c.Classes {
		at[class] = int64(i)
	}
	for line := range strings.Lines(all) {
		class, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		k, known := at[class]
		if !known {
			return nil, fmt.Errorf("sample: line %d of the requests is of no class: %.40q", c.Train.Len()+1, line)
		}
		c.Train.Texts, c.Train.Labels = append(c.Train.Texts, text), append(c.Train.Labels, k)
	}
	return c, nil
}
