// Package jimu is the front page of Jimu (积木, building blocks), a deep-learning framework in pure Go. It holds
// nothing but this comment: the picture of the packages, and the order of reading.
//
//	8                              cmd/jimu                             the door
//	7         serve               recipe               dashboard        ways to use a model
//	6  train · generate · model · interpret · privacy · compress        work with models
//	5         nn               objective               optim            architecture, objective, rule
//	4  op   ·   data   ·   format   ·   metric   ·   autograd           what can be done with tensors
//	3                     tensor                                        the noun and its algebra
//	2         device and its members   ·   rng                          the waist
//	1         internal:  kernel · parallel · fourier · cpuid · dlopen   the ground
//
// A package imports only from lower floors, and those on one floor do not know each other; a test holds them to it.
// The picture is the plan of the whole house: rooms that are not built yet are not there, and the changelog says which
// are. Floor 5 says what learning is: an architecture, a training objective, and the rule that improves the one by the
// other.
//
// To use Jimu, read the packages in this order:
//
//   - tensor: arrays, their algebra, and how a result remembers where it came from;
//   - op: the operations that a paper introduced; what NumPy's array can do is a method of tensor.Tensor;
//   - nn: a layer is a struct whose exported fields are its parameters; a Pass is one run through a model;
//   - objective: predictions and targets to a loss, which is a sum and a count;
//   - optim: gradients to updates;
//   - train: Step, one update, and Fit, the loop around it;
//   - data: examples in batches.
//
// To understand it, follow one batch down: data, nn, op, tensor, device, device/cpu, internal/kernel; and back up
// through autograd to optim. RATIONALE.md argues the decisions, CONTRIBUTING.md says where a new thing goes.
package jimu
