//go:build !relapse

package slack

// anyChannel is a known mistake, which relapse_on.go makes again to prove that the tests see it.
const anyChannel = false
