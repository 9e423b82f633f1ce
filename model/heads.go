package model

// Undivided is what the error of a configuration that does not fit says besides, if the heads do not divide the width among them: the
// one thing about it that is not seen at once.
func Undivided(width, heads int) string {
	if heads < 1 || width%heads == 0 {
		return ""
	}
	return ": width must be a multiple of heads"
}
