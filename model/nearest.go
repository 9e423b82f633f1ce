package model

import "strings"

// Nearest returns the known word that is most like w, or nothing if none is much like it: for messages about misspelt names.
func Nearest(w string, known []string) string {
	best, least := "", max(2, len(w)/3)+1
	for _, k := range known {
		if d := distance(w, k); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance returns how many letters must be put in, taken out, exchanged or swapped with their neighbours to make b of a.
func distance(a, b string) int {
	s, t := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	rows := make([][]int, len(s)+1)
	for i := range rows {
		rows[i] = make([]int, len(t)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(s); i++ {
		for j := 1; j <= len(t); j++ {
			change := 1
			if s[i-1] == t[j-1] {
				change = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(s)][len(t)]
}
