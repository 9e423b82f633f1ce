// Package chart draws lines over axes as SVG, for reports and documents.
//
// The drawings stand alone: no script, no font and no style from outside; they follow the reader's light or dark scheme.
package chart
