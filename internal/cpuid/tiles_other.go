//go:build !(linux && amd64)

package cpuid

// allowTiles reports that the system was not asked to keep the tile registers of AMX.
func allowTiles() bool { return false }
