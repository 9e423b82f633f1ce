// Package usage tells what the process has used of the machine, memory and processors' time, and how much of the former there is.
package usage
