package conversation

import "slices"

// What is done to an answer while it is on its way counts as soon as nothing of it is.

// Overtaken says that what was done to an answer while it was on its way counts as soon as nothing of it is. It is pure.
func (c Conversation) Overtaken(answer Place) bool {
	i := c.answer(answer)
	if i < 0 {
		return false
	}
	a := &c.Open[i]
	return a.Deleted || a.Edit != nil && (a.Asks || a.stopped())
}

// halted does to an answer what was done to its staff message while it was on its way, now that nothing of it is. Where a
// part of it is there and the rest may still leave, it says no.
func (f *folding) halted(i int, l Limits) bool {
	a := &f.c.Open[i]
	switch {
	case (a.Deleted || a.Asks && a.stopped()) && slices.ContainsFunc(a.Parts, Part.unseen):
		f.letGo(i, Unconfirmed, l)
	case a.Deleted:
		f.withdrawn(i, l)
	case a.Edit == nil, !a.Asks && !a.stopped():
		return false
	case a.stopped():
		f.changeHalted(i, l)
	default: // the rest of a note
		changed := a.changed()
		f.mark(a, NotSent)
		f.dropNotice(a)
		f.spelt(a.At)
		f.c.Open = slices.Delete(f.c.Open, i, i+1)
		f.askChange(changed)
	}
	return true
}

// changeHalted has an answer of which nothing is there be what its staff message says now.
func (f *folding) changeHalted(i int, l Limits) {
	a := &f.c.Open[i]
	said, verdict := Message{Text: a.Edit.Text}, IsAnswer
	for _, p := range a.Parts {
		said.Files = append(said.Files, p.Files...)
	}
	if a.Asks {
		if _, verdict = f.read(said, a.By, Called{}); verdict == IsAnswer || verdict == IsUnknownWord { // its mentions are gone
			verdict = IsMention
		}
	}
	f.stop(a)
	if a.Preview = f.mode(l) == Confirm; !a.Preview && verdict == IsAnswer {
		f.mark(a, Held)
	}
	f.judged(i, said, verdict, Rewrote{At: a.At, By: a.By, Limits: l})
}

// letGo forgets an answer that is a note now, or gone from Slack, and of which the customer may have more than we know.
// What we know of one that is gone is deleted.
func (f *folding) letGo(i int, why Reason, l Limits) {
	a := f.c.Open[i]
	f.dropNotice(&a)
	f.tell(Tell{Notice: Notice{Kind: MaybeDropped, Reason: why}})
	f.spelt(a.At)
	f.c.Open = slices.Delete(f.c.Open, i, i+1)
	if !a.Deleted {
		f.mark(&a, NotCertain)
		return
	}
	if there := slices.DeleteFunc(slices.Clone(a.Parts), func(p Part) bool { return len(p.IDs) == 0 }); len(there) > 0 {
		f.takeBack(a.At, a.By, there, l)
	}
}

// changed is the question whether what the customer has of an answer shall say what its staff message says now.
func (a *Answer) changed() Answer {
	return Answer{At: a.At, By: a.By, Wrote: a.Wrote, Came: a.Came, State: Asking, There: a.Parts, Calls: a.Calls, Parts: []Part{{Text: a.Edit.Text}}}
}

// unseen says that a copy of the part may be there of which nobody knows where it stands.
func (p Part) unseen() bool {
	return p.Again > 0 || len(p.IDs) == 0 && (p.State == OK || p.State == Maybe)
}
