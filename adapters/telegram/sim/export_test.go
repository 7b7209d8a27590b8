package sim

// MethodNames lists what the sim can do.
func MethodNames() []string {
	out := []string{"getUpdates"}
	for name := range methods() {
		out = append(out, name)
	}
	return out
}
