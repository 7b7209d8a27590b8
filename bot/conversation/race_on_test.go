//go:build race

package conversation_test

// underRace: the race detector makes everything several times slower, so that the longest test plays a part of what it
// plays without it.
const underRace = true
