// Package op holds the operations with a name in the literature, one a file. It knows no parameters.
//
// What NumPy's array can do is a method of [tensor.Tensor]; what a paper introduced is a function here. Each offers
// the fused primitive to the device first and composes the same from the algebra of tensors if the device refuses.
// Each can be differentiated twice: a fused gradient is used only when nobody will differentiate the result.
package op
