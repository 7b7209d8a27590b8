//go:build race

package main

// underRace: the race detector makes everything several times slower, so that the longest tests do a part of what they do
// without it.
const underRace = true
