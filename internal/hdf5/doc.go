// Package hdf5 reads and writes the hierarchical data format, HDF5: groups, datasets and attributes in one file.
//
// It reads what numerical libraries write: superblocks 0 to 3; object headers 1 and 2; groups and attributes in compact,
// symbol-table and dense form; compact, contiguous and chunked data with every chunk index; deflate, shuffle and
// fletcher32; integers, floats, enumerations, fixed and variable strings. Soft and external links, compound types and
// virtual data are refused by name. What it writes is the plain part: contiguous data, compact groups and attributes.
//
// A file is hostile until shown otherwise. Nothing is allocated before its size was checked against the bytes that are
// there, and no walk through the file's structure reads more than the structure of an honest file of that size has, so
// that references in a circle end in an error.
//
// The HDF Group, HDF5 File Format Specification, version 3.0.
package hdf5
