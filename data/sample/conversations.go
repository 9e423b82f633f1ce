package sample

import (
	"encoding/json"
	"fmt"
	"strings"
)

// A Conversation is what two said in turn: a user, and who answers.
type Conversation struct {
	From  string   `json:"from"` // where it comes from: "instruction", "chatter" or "guided"
	Turns []string `json:"turns"`
}

// Conversations returns 3,308 short conversations in English, each with as many answers as questions: instructions with what was
// asked for, small talk, and bookings of restaurants.
func Conversations() ([]Conversation, error) {
	all, err := read("conversations")
	if err != nil {
		return nil, err
	}
	var list []Conversation
	for line := range strings.Lines(all) {
		var c Conversation
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			return nil, fmt.Errorf("sample: conversation %d: %w", len(list)+1, err)
		}
		list = append(list, c)
	}
	return list, nil
}
