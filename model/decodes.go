package model

import "fmt"

// Decodes reports examples that no decoder is for: it reads tokens, and says which of all tokens comes next.
func Decodes(of Examples) error {
	switch {
	case of.Tokens < 1:
		return fmt.Errorf("a decoder goes on with texts, token by token, and the inputs here are numbers of shape %v; choose a model for those", of.Input)
	case of.Outputs != 0 && of.Outputs != of.Tokens:
		return fmt.Errorf("a decoder makes one of as many tokens as it reads, not %d of %d; choose a model that tells classes apart", of.Outputs, of.Tokens)
	}
	return nil
}
