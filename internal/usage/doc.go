// Package usage tells what the process has used of the machine: memory and processors' time.
package usage
