// Package torch reads and writes the files of PyTorch: .pt, .pth, .bin, .th and .ckpt, both the zip archives of PyTorch 1.6
// and later and the streams before them; names to tensors.
//
// Such a file is a pickle, a program that builds objects. Here nothing of it is executed: a pickle is read by a machine that
// makes plain data only (numbers, texts, lists, dictionaries, tensors). A function that the file calls must stand in a
// closed table of those that rebuild data, and what stands there is done by code of this package; any other is an error that
// names it. An object of an unknown class, such as a module saved whole, becomes its name and its attributes, in which
// tensors are looked for; its class is never asked for.
//
// The names are those of the state dict. In a checkpoint, a dictionary of several things, it is found by the names that
// people give it, "state_dict", "model" and the like; the metadata tell which, under "prefix", and what numbers and texts
// stand beside it.
package torch
