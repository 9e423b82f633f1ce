// Package check holds what tests share: golden values read from files, and the comparison of numbers.
//
// Only tests import it.
package check
