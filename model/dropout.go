package model

import "cmp"

// Dropout returns the rate of a place of a model for which one is given apart: the whole model's if it is 0, and 0 if it is below.
func Dropout(own, whole float64) float64 { return max(0, cmp.Or(own, whole)) }

// OwnDropout returns what [Dropout] makes a rate of: 0 if it is the whole model's, -1 if nothing is dropped but elsewhere.
func OwnDropout(rate, whole float64) float64 {
	switch rate {
	case whole:
		return 0
	case 0:
		return -1
	}
	return rate
}
