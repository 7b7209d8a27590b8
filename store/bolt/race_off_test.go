//go:build !race

package bolt

// underRace: see race_on_test.go.
const underRace = false
