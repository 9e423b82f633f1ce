// Package house holds the rules of the house as tests: what imports what, what is documented, how files are named and
// how long they are.
//
// There is nothing here but tests. Each rule stands in a file of its own, with small trees that break it; TestHouse
// runs all of them over this module, TestRules over their own examples.
package house
