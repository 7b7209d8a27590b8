//go:build relapse

package conversation

// inArrivalOrder has answers leave in the order in which they came instead of that in which they were typed.
var inArrivalOrder bool

// Relapse makes the mistake again.
func Relapse() { inArrivalOrder = true }
