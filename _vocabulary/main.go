// The vocabulary's tables and help texts, from the doc comments, the notes of the tests and the names that peers use.
//
//	go run ./_vocabulary help > recipe/vocabulary.jsonl
//	go run ./_vocabulary tables NOTES
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "vocabulary:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	all, err := catalogues()
	if err != nil {
		return err
	}
	switch {
	case len(args) == 1 && args[0] == "help":
		return writeHelp(os.Stdout, all)
	case len(args) == 2 && args[0] == "tables":
		return writeTables(all, args[1])
	}
	return fmt.Errorf("want help, or tables and the file of notes")
}
