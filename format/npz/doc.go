// Package npz reads and writes the arrays of NumPy: .npy, one array, and .npz, an archive of several by name.
//
// Arrays of Python objects are refused, for they are pickles. The order of bytes and of axes may be either.
//
// The formats are documented in numpy.lib.format.
package npz
