// Package sample holds examples that are at hand: small real data sets inside the binary, and full ones read from a folder.
//
// Whoever imports it carries 6.3 MB more. Where the sets come from and under which licences is in LICENSES.md beside the code
// and in [List]; folder _make has the program that made the files from the published ones.
package sample

import "embed"

//go:embed files LICENSES.md
var files embed.FS

// An Info describes a set.
type Info struct {
	Name  string // by which commands and [Full] know it: "fashion"
	About string
	Unit  string // what is counted: "pictures", "messages"

	Train, Test         int // how many are in the binary; all are in Train if there is no split
	FullTrain, FullTest int // how many the full set has, for sets that [Full] reads

	License     string // its SPDX identifier, or "public domain"
	Attribution string
	Source      string // where it was published
}

// List describes the sets, those in the binary first.
func List() []Info {
	return []Info{
		{
			Name: "fashion", About: "Fashion-MNIST: ten kinds of clothing, 28×28 grey", Unit: "pictures",
			Train: 6000, Test: 1000, FullTrain: 60000, FullTest: 10000, License: "MIT",
			Attribution: "© 2017 Zalando SE; Xiao, Rasul and Vollgraf, arXiv:1708.07747",
			Source:      "https://github.com/zalandoresearch/fashion-mnist",
		},
		{
			Name: "shakespeare", About: "Tiny Shakespeare: scenes from the plays, 65 different characters", Unit: "characters",
			Train: 1115394, License: "public domain", Attribution: "William Shakespeare; chosen by Andrej Karpathy",
			Source: "https://github.com/karpathy/char-rnn",
		},
		{
			Name: "names", About: "first names in the United States", Unit: "names",
			Train: 32033, License: "MIT", Attribution: "© 2022 Andrej Karpathy; the names are from the US Social Security Administration",
			Source: "https://github.com/karpathy/makemore",
		},
		{
			Name: "poetry", About: "poems of the Tang, five or seven characters a line", Unit: "poems",
			Train: 3232, License: "MIT", Attribution: "© 2016 JackeyGao; the texts are in the public domain",
			Source: "https://github.com/chinese-poetry/chinese-poetry",
		},
		{
			Name: "conversations", About: "instructions, small talk and bookings of restaurants, with their answers", Unit: "conversations",
			Train: 3308, License: "Apache-2.0 AND BSD-3-Clause AND CC-BY-SA-4.0",
			Attribution: "Sebastian Raschka; Gunther Cox; Rastogi and others, AAAI 2020, the Schema-Guided Dialogue Dataset",
			Source:      "https://github.com/rasbt/LLMs-from-scratch",
		},
		{
			Name: "spam", About: "SMS Spam Collection v.1: 747 of the messages are spam", Unit: "messages",
			Train: 5574, License: "CC-BY-4.0",
			Attribution: "Almeida, Gómez Hidalgo and Yamakami, DocEng 2011; UCI Machine Learning Repository",
			Source:      "https://doi.org/10.24432/C5CC84",
		},
		{
			Name: "requests", About: "first requests to an assistant, of 14 subjects, from the Schema-Guided Dialogue dataset", Unit: "requests",
			Train: 4811, License: "CC-BY-SA-4.0", Attribution: "Rastogi, Zang, Sunkara, Gupta and Khaitan, AAAI 2020; © Google",
			Source: "https://github.com/google-research-datasets/dstc8-schema-guided-dialogue",
		},
		{
			Name: "iris", About: "measures of the flowers of three species of iris", Unit: "rows",
			Train: 150, License: "CC-BY-4.0", Attribution: "R. A. Fisher, 1936; UCI Machine Learning Repository",
			Source: "https://doi.org/10.24432/C56C76",
		},
		{
			Name: "cars", About: "Auto MPG: how far cars of 1970 to 1982 go on a gallon", Unit: "rows",
			Train: 398, License: "CC-BY-4.0", Attribution: "R. Quinlan, 1993; UCI Machine Learning Repository",
			Source: "https://doi.org/10.24432/C5859H",
		},
		{
			Name: "bccd", About: "BCCD: blood cells in photographs of a microscope, with boxes; 60 of the 364, smaller", Unit: "pictures",
			Train: 50, Test: 10, License: "MIT", Attribution: "© 2017 shenggan; original by cosmicad and akshaylamba",
			Source: BCCDFrom,
		},
		{
			Name: "digits", About: "Free Spoken Digit Dataset: digits by six speakers, 8,000 samples a second, as IMA ADPCM", Unit: "recordings",
			Train: 180, Test: 60, License: "CC-BY-SA-4.0", Attribution: "Z. Jackson and others, doi:10.5281/zenodo.1342401",
			Source: "https://github.com/Jakobovski/free-spoken-digit-dataset",
		},
		{
			Name: "chorales", About: "chorales of Bach, four voices by sixteenths", Unit: "chorales",
			Train: 305, Test: 77, License: "Apache-2.0", Attribution: "Johann Sebastian Bach; Cheng-Zhi Anna Huang; Aurélien Géron",
			Source: "https://github.com/ageron/handson-ml2",
		},
		{
			Name: "tatoeba", About: "Tatoeba: short English sentences and their Chinese translations", Unit: "pairs",
			Train: 6000, License: "CC-BY-2.0-FR", Attribution: "the members of tatoeba.org, named on each line",
			Source: "https://www.manythings.org/anki",
		},
		{
			Name: "scitldr", About: "SciTLDR-A: abstracts of papers, and summaries in one sentence", Unit: "abstracts",
			Train: 600, Test: 100, License: "Apache-2.0",
			Attribution: "© Allen Institute for AI; Cachola, Lo, Cohan and Weld, arXiv:2004.15011",
			Source:      "https://github.com/allenai/scitldr",
		},
		{
			Name: "xquad", About: "XQuAD: questions about passages of the English Wikipedia, with the pieces that answer them", Unit: "questions",
			Train: 1190, License: "CC-BY-SA-4.0", Attribution: "Artetxe, Ruder and Yogatama, ACL 2020; Rajpurkar and others; Wikipedia",
			Source: "https://github.com/google-deepmind/xquad",
		},
		{
			Name: "cmrc", About: "CMRC 2018: questions about passages of the Chinese Wikipedia; part of those with answers", Unit: "questions",
			Train: 850, Test: 318, License: "CC-BY-SA-4.0", Attribution: "Cui and others, EMNLP 2019; Wikipedia",
			Source: "https://github.com/ymcui/cmrc2018",
		},
		{
			Name: "mnist", About: "MNIST: handwritten digits, 28×28 grey", Unit: "pictures",
			FullTrain: 60000, FullTest: 10000, License: "CC-BY-SA-3.0",
			Attribution: "LeCun and Cortes; LeCun, Bottou, Bengio and Haffner, Proc. IEEE 86(11), 1998",
			Source:      "http://yann.lecun.com/exdb/mnist",
		},
	}
}

// Licenses returns the licence texts and attributions of the sets in the binary, as Markdown: show it to whom you give them.
func Licenses() string {
	b, err := files.ReadFile("LICENSES.md")
	if err != nil {
		return err.Error() // it is embedded, or this would not compile
	}
	return string(b)
}
