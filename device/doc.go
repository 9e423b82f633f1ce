// Package device is the waist: element types, memory, and Run(*Call); the list of primitives on one screen.
//
// A [Device] is asked for memory and handed calls. A [Call] is data: an operation code, views of memory, and
// attributes. It holds no Go function and is not generic over the element type, so a device may queue it, send
// it elsewhere, or record it. A device may refuse a call it has no code for; whoever asked then composes the same
// result from simpler calls. The operations before [Linear] are the basis: no device refuses them.
package device
