package storetest

import "webcare/store"

// Fragile is a store that can be made to break, for the exam only. The exam asks each store that an Opener gives it
// whether it is one; with one that is not, it plays no crashes.
type Fragile interface {
	store.Store
	// Faults are what Break can bring about; there may be none.
	Faults() []Fault
	// Break has the next commit go wrong, and no later one. Updates that share the commit share the fault. Where a fault
	// may strike at several places, the seed chooses.
	Break(f Fault, seed uint64)
	// Abandon ends the store as killing its process does: nothing more is written, nothing is closed in order, locks are let
	// go. The same path opened again shows what is on disk.
	Abandon()
}

// Fault is how a commit goes wrong.
type Fault string

// The faults.
const (
	// None: nothing goes wrong any more.
	None Fault = ""
	// Full: there is no room. Update returns store.ErrFull, nothing is changed, and the store goes on.
	Full Fault = "full"
	// NotThere and There: Update and every later call return store.ErrFailed. What was to be committed is on disk with
	// There, and not with NotThere.
	NotThere Fault = "failed, not there"
	There    Fault = "failed, and there"
	// Killed: the process dies at any moment of the commit; its calls end with any error.
	Killed Fault = "killed"
	// PowerCut: the same, and of what was written since the last sync any part is lost.
	PowerCut Fault = "power cut"
)
