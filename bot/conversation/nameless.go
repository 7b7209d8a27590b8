package conversation

import "slices"

// unattributed shows that a message waits for Slack to say who typed it. One line says so for all that wait.
func (f *folding) unattributed(e Unattributed) {
	c := &f.c
	if c.answer(e.At) >= 0 {
		return
	}
	said := slices.ContainsFunc(c.Open, func(a Answer) bool { return a.State == Nameless })
	c.Open = append(c.Open, Answer{At: e.At, State: Nameless, Wrote: e.Written})
	f.mark(&c.Open[len(c.Open)-1], Held)
	if !said {
		f.tell(Tell{Notice: Notice{Kind: WhoUnknown}, About: e.At})
	}
}

// attributed takes back what was shown while nobody could say who typed a message, and gives what else is known of it.
func (f *folding) attributed(at Place) (was Answer) {
	i := f.c.answer(at)
	if i < 0 || f.c.Open[i].State != Nameless {
		return Answer{}
	}
	f.dropNotice(&f.c.Open[i])
	was = f.c.Open[i]
	f.c.Open = slices.Delete(f.c.Open, i, i+1)
	return was
}
