//go:build relapse

package conversation

import "os"

// inArrivalOrder has answers leave in the order in which they came instead of that in which they were typed.
var inArrivalOrder = os.Getenv("WEBCARE_RELAPSE") == "arrival order"
