// Package train runs the loop: steps, evaluation, checkpoints, records, parallel workers, mixed precision.
//
// It does not know which model it trains, nor which objective. [Step] is one update from a closure; [Fit] is the loop
// around it with everything that a long run needs; [Compile] gives both in Keras's manner.
package train
