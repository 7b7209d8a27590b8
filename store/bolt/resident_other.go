//go:build !linux

package bolt

// letGo does nothing here: the kernel takes pages of the file back when it needs them.
func letGo(uintptr, int64) {}
