//go:build !race

package nudge_test

// underRace: see race_on_test.go.
const underRace = false
