// Package keras runs models as Keras saved them: .keras archives and whole-model .h5 files, of Keras 2 and 3.
//
//	m, err := keras.Open("model.keras")
//	y := m.Run(p, []*tensor.Tensor{x})
//
// A model is one of the [model.Program] kind. What it is made of stands in its file as JSON, and each class of layer in it
// is looked up in a closed table: nothing in a file is ever executed, a Lambda is refused, and all classes that are not
// known are named in one error. Inputs and outputs are as Keras has them, pictures [n h w c]; the parameters inside lie as
// those of package nn do.
package keras
