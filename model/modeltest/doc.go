// Package modeltest is the suite that the architectures are tested by: they answer what a reference answers, learn one batch by
// heart, and say what does not fit.
//
// Only tests import it.
package modeltest
