package report

import (
	"cmp"
	"strings"

	"github.com/jimu-ml/jimu/recipe"
)

// meanings say what numbers are that applications measure by themselves.
var meanings = map[string]string{
	"ahead_error":        "squared error of a picture's dots, several pictures ahead",
	"bits_per_character": "how many bits the model needs for a character of a text that it has not seen: the fewer, the better it knows",
	"bleu":               "how many of the words, and of the rows of two to four, stand in the reference too; of 100",
	"copy_error":         "the same of who says that the next picture is the one before: to be better than",
	"exact_match":        "share of the answers that are the wanted one, word for word",
	"fid":                "distance of the pictures that are made from real ones, as a network sees them: 0 is the same",
	"fid_real":           "the same distance of other real pictures: no better can be wanted",
	"form":               "share of the poems that keep the form: the lines and their lengths",
	"loss_of_new":        "the loss of what is in no training text",
	"map":                "the same, the mean over how well a box must fit: from half to nearly all",
	"map50":              "how much of what is there is found and how much of what is found is there; a box counts that fits by half",
	"new_pairs":          "share of the neighbouring words that do not stand so in the source",
	"next_error":         "squared error of the next picture's dots",
	"nll":                "negative log-likelihood of a step, in nats: the smaller, the less the music surprises the model",
	"preferred":          "share of the pairs whose better answer the model finds likelier",
	"preferred_before":   "the same before this training",
	"rhyme":              "share of the poems that rhyme where they are to",
	"rouge1":             "words that are in the reference too, against what both have",
	"rouge2":             "neighbouring words that are in the reference too, against what both have",
	"rougel":             "longest row of words in the order of the reference, against what both have",
	"still_error":        "the same of who says that nothing moves: to be better than",
	"wer":                "words that are wrong, missing or too many, for each word that was said",
	"cer":                "characters that are wrong, missing or too many, for each that was said",
}

// parts are of what a number may be the same again: beginnings and ends of its name.
var parts = []struct{ begins, ends, means string }{
	{"accuracy_", "", "share of the examples whose class is predicted, of the task %"},
	{"ap50_", "", "the same of % alone, by boxes that fit by half"},
	{"lead_", "", "the same of who takes the first sentences"},
	{"oracle_", "", "the same of who takes the best sentences, knowing the reference: no choice of sentences is better"},
	{"", "_beams", "the same with a search for the likeliest text"},
}

// scaledMeaning is what a number is of which the meaning is, where numbers are measured scaled.
func scaledMeaning(means string) string {
	return strings.ReplaceAll(means, "in the unit of the target", "in standard deviations of the columns")
}

// meaning says in a line what a number of the test is.
func meaning(name string) string {
	if m := cmp.Or(meanings[name], recipe.MetricMeaning(name)); m != "" {
		return m
	}
	for _, p := range parts {
		rest, begins := strings.CutPrefix(name, p.begins)
		rest, ends := strings.CutSuffix(rest, p.ends)
		if begins && ends {
			return strings.ReplaceAll(p.means, "%", words(rest))
		}
	}
	if at := strings.LastIndex(name, "_"); at > 0 { // "bleu_2017", "sentence_f1"
		if m := meaning(name[:at]); m != "" {
			return m + "; on " + words(name[at+1:])
		}
	}
	if of, rest, ok := strings.Cut(name, "_"); ok {
		if m := meaning(rest); m != "" {
			return m + "; of " + of
		}
	}
	return ""
}
