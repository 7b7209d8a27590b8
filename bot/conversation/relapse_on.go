//go:build relapse

package conversation

// relapsed says that answers leave in the order in which they came instead of that in which they were typed.
var relapsed = new(bool)

func inArrivalOrder() bool { return *relapsed }

// Relapse makes the mistake again.
func Relapse() { *relapsed = true }
