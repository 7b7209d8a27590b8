//go:build race

package nudge_test

// underRace: the race detector makes everything several times slower, so that the longest tests play a part of what they
// play without it.
const underRace = true
