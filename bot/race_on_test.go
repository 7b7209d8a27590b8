//go:build race

package bot

// UnderRace: the race detector makes everything several times slower, so that the longest tests play a part of what they
// play without it.
const UnderRace = true
