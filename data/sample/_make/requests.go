package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// subjects are the classes of requests, by the services of the dialogues.
var subjects = map[string]string{
	"Banks": "banks", "Buses": "buses", "Calendar": "calendar", "Events": "events", "Flights": "flights", "Homes": "homes", "Hotels": "hotels",
	"Media": "media", "Movies": "movies", "Music": "music", "RentalCars": "rental cars", "Restaurants": "restaurants", "RideSharing": "rides",
	"Services": "services",
}

// requests keeps what people say first in the dialogues for training that are about one service, each text once, behind what
// it is about.
func requests(dir string) error {
	b, err := os.ReadFile(filepath.Join(dir, "dialogue", "sgd-train.txt.gz"))
	if err != nil {
		return err
	}
	if b, err = unpack(b); err != nil {
		return err
	}
	var out bytes.Buffer
	seen := map[string]bool{}
	subject := ""
	for line := range strings.Lines(string(b)) {
		line = strings.TrimRight(line, "\n")
		text, said := strings.CutPrefix(line, "U ")
		switch {
		case strings.HasPrefix(line, "# "):
			_, services, _ := strings.Cut(line[2:], " ")
			service, _, _ := strings.Cut(services, "_")
			if subject = subjects[service]; strings.ContainsAny(services, ", ") {
				subject = ""
			}
		case said && subject != "" && !seen[text]:
			fmt.Fprintf(&out, "%s\t%s\n", subject, text)
			fallthrough
		case said:
			if subject != "" {
				seen[text] = true
			}
			subject = "" // what follows is no beginning
		}
	}
	return write("requests.txt.gz", out.Bytes())
}
