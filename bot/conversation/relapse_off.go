//go:build !relapse

package conversation

// inArrivalOrder is a known mistake, which relapse_on.go makes again to prove that the tests see it.
func inArrivalOrder() bool { return false }
