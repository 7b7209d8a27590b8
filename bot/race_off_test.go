//go:build !race

package bot

// UnderRace: see race_on_test.go.
const UnderRace = false
