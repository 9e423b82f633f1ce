package keras

import (
	"fmt"

	"github.com/jimu-ml/jimu/format"
)

// maxNesting is how deep lists and objects may lie in each other in a configuration.
const maxNesting = 200

// Shallow reports an error if a text of JSON is nested too deep to be read in time.
func Shallow(text []byte) error {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxNesting {
				return fmt.Errorf("%w: the configuration is nested more than %d deep", format.ErrFormat, maxNesting)
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}
