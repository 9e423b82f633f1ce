package sample

import "strings"

// Names returns 32,033 first names in small letters, 2 to 15 of them; 2,539 are copies of others, since some are given to
// girls and to boys. By custom a tenth, or 1,000 names, is held out at random.
func Names() ([]string, error) {
	all, err := read("names")
	if err != nil {
		return nil, err
	}
	return strings.Fields(all), nil
}

// TangPoems returns poems of the Tang in traditional characters, in the order in which the Complete Tang Poems have them: those
// of four lines, or of a multiple of four, that all have five characters, or all seven. Each is its couplets without the marks
// between and behind their two lines: [couplet][line].
func TangPoems() ([][][2]string, error) {
	all, err := read("poetry")
	if err != nil {
		return nil, err
	}
	var poems [][][2]string
	for line := range strings.Lines(all) {
		words := strings.Fields(line)
		poem := make([][2]string, len(words)/2)
		for i := range poem {
			poem[i] = [2]string{words[2*i], words[2*i+1]}
		}
		poems = append(poems, poem)
	}
	return poems, nil
}
