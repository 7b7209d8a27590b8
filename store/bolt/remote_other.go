//go:build !linux

package bolt

// remote cannot tell on this system.
func remote(string) string { return "" }
