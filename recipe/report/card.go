package report

import (
	"strings"
	"unicode/utf8"

	"github.com/jimu-ml/jimu/recipe"
)

// A text is one of a card. Of a long one the rest is folded in.
type text struct{ Opening, Rest string }

// A text of more characters than long is folded behind the first of them.
const (
	long    = 500
	opening = 240
)

func folded(s string) text {
	if utf8.RuneCountInString(s) <= long {
		return text{Opening: s}
	}
	first := string([]rune(s)[:opening])
	if at := strings.LastIndexAny(first, " \n"); at > 0 {
		first = first[:at]
	}
	return text{first, s[len(first):]}
}

// cells is a row of a table on a card. Of one of many columns the last are folded in.
type cells struct{ First, Rest []recipe.Cell }

// manyCells is how many columns of a row a card shows at once.
const manyCells = 14

func foldedRow(row []recipe.Cell) *cells {
	if row == nil {
		return nil
	}
	n := len(row)
	if n > manyCells {
		n = manyCells - 2 // so that what is folded in is worth it
	}
	return &cells{row[:n], row[n:]}
}
