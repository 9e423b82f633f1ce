package sample

import (
	"fmt"
	"strings"
)

// Shakespeare returns Tiny Shakespeare: 1,115,394 characters of plays, 65 of them different, all ASCII. By custom the first
// 1,003,854 characters are for training and the rest for validation.
func Shakespeare() (string, error) { return read("shakespeare") }

// Spam returns 5,574 short messages, as they were written, and for each 1 if it is spam, else 0. 747 are. There is no
// customary split, and 403 messages are copies of others: see to it that none is in both the training and the test set.
func Spam() (texts []string, labels []int64, err error) {
	all, err := read("spam")
	if err != nil {
		return nil, nil, err
	}
	for line := range strings.Lines(all) {
		kind, text, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "\t")
		label := int64(0)
		switch {
		case ok && kind == "spam":
			label = 1
		case !ok || kind != "ham":
			return nil, nil, fmt.Errorf("sample: line %d of the messages is no ham and no spam: %.40q", len(texts)+1, line)
		}
		texts, labels = append(texts, text), append(labels, label)
	}
	return texts, labels, nil
}
