package conversation

import "slices"

// Wants says whether an effect is still wanted by the conversation as it is now; it is asked in the transaction that
// begins the job. What a person has decided meanwhile, or what another part's failure has settled, is not done; nor is
// a part of an answer before the parts ahead of it, which then have a later job and this part one behind that.
func (c Conversation) Wants(e Effect) bool {
	switch e := e.(type) {
	case Send:
		i := c.answer(e.Answer)
		if i < 0 || c.Open[i].State != Sending {
			return false
		}
		next := slices.IndexFunc(c.Open[i].Parts, func(p Part) bool { return p.State == "" })
		return next == e.Part && c.Open[i].Parts[next].Text.Equal(e.Text) // an older job may hold an older wording
	case Tell:
		i := c.answer(e.About)
		if e.N != 0 {
			return i >= 0 && c.Open[i].Question == e.N
		}
		return e.Notice.Kind != WhoUnknown || i >= 0 && c.Open[i].State == Nameless
	case Nudge:
		return c.wantsNudge(e)
	case Auto:
		return c.Unreachable == "" && (e.Kind == WeAreClosed && c.Turn == Waiting || e.Kind == DidWeHelp && c.Turn == Done)
	case Render:
		return !c.Thread.IsZero()
	case OpenCard:
		return c.Thread.IsZero() // an operator may try one again after another card was posted
	case ShowAnswer:
		return c.spelled(e) >= 0
	}
	return true
}

// Undecided says that an answer waits for a person to decide about it. It is pure.
func (c Conversation) Undecided(answer Place) bool {
	i := c.answer(answer)
	return i >= 0 && (c.Open[i].State == Unsure || c.Open[i].State == Failed)
}
