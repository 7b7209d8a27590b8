package conversation

import (
	"slices"
	"time"
)

// mode is how an answer leaves. Where somebody else must post it, nothing that others can read leaves by itself.
func (f *folding) mode(l Limits) Mode {
	switch {
	case f.r.Mode == Direct && f.fourEyes(l):
		return Confirm
	case f.r.Mode != "":
		return f.r.Mode
	case l.Public:
		return Confirm
	}
	return Direct
}

// fourEyes: somebody else than its writer must post what others can read.
func (f *folding) fourEyes(l Limits) bool { return l.Public && f.r.OtherApproves }

// onlyReads says that a button sends something, which the mode does not let it.
func (f *folding) onlyReads(e Pressed) bool {
	sends := []Action{Publish, SendPrivately, SendAnyway, SendAgain, TryAgain, ChangeAnyway}
	return f.mode(e.Limits) == Alerts && slices.Contains(sends, e.Action)
}

// preview shows what an answer would look like to everybody, and waits for somebody to post it. There is one preview in
// a thread: what was typed before stays inside. It is drawn once more, below, when the customer writes.
func (f *folding) preview(i int, m Message, l Limits) {
	by := f.c.Open[i].By
	at := f.c.Open[i].At
	for n := len(f.c.Open) - 1; n >= 0; n-- {
		if old := f.c.Open[n]; old.Preview && old.State == Asking && old.At != at {
			f.keepInside(n)
			if old.By.ID != by.ID {
				f.do(Whisper{To: old.By.ID, Notice: Notice{Kind: Replaced, Name: by.Name}, About: old.At})
			}
		}
	}
	a := &f.c.Open[f.c.answer(at)]
	f.dropNotice(a)
	a.State, a.Until, a.Came, a.Preview, a.Parts = Asking, time.Time{}, f.now, true, []Part{{Text: m.Text, Files: m.Files}}
	f.mark(a, Held)
	buttons := []Action{Publish, SendPrivately, DoNotSend}
	if l.Privately == "" {
		buttons = []Action{Publish, DoNotSend}
	}
	f.question(a, f.previewed(*a, m, l), buttons...)
}

// askedBefore lists the answers that were asked about before the customer wrote again: the question is asked anew, below
// what they wrote, and says so.
func (f *folding) askedBefore() (at []Place) {
	for _, a := range f.c.Open {
		if a.State == Asking && a.Question != 0 && len(a.There) == 0 && a.Next.IsZero() {
			at = append(at, a.At)
		}
	}
	return at
}

// askAgain asks anew about answers that wait for a person.
func (f *folding) askAgain(answers []Place, l Limits) {
	for _, at := range answers {
		i := f.c.answer(at)
		a := &f.c.Open[i]
		if a.Preview {
			f.preview(i, Message{Text: a.Parts[0].Text, Files: a.Parts[0].Files}, l)
			continue
		}
		f.ask(a, f.doubts(a, l), l)
	}
}

// previewed is exactly what would leave.
func (f *folding) previewed(a Answer, m Message, l Limits) Notice {
	n := Notice{Kind: Previewed, Detail: f.c.Title, Of: l.Length, Doubts: f.doubts(&a, l)}
	if f.r.OtherApproves {
		n.Name = a.By.Name
	}
	f.cut(&a, m, l)
	n.Quote = a.wording()
	for _, p := range a.Parts {
		n.Count = max(n.Count, l.measure(p.Text.Plain))
	}
	n.Parts = len(a.Parts)
	return n
}

// wording is all that an answer says, as it is cut.
func (a *Answer) wording() Text {
	var t Text
	for i, p := range a.Parts {
		if i > 0 {
			t = t.Add(Plainly("\n⁂\n"))
		}
		t = t.Add(p.Text)
		for _, file := range p.Files {
			t = t.Add(Plainly("\n📎 " + file.Name))
		}
	}
	return t
}

// publish posts what a preview shows.
func (f *folding) publish(i int, e Pressed) {
	a := &f.c.Open[i]
	if f.r.OtherApproves && e.By.ID == a.By.ID {
		f.do(Whisper{To: e.By.ID, Notice: Notice{Kind: OtherMust}, About: a.At})
		return
	}
	said := Message{Text: a.Parts[0].Text, Files: a.Parts[0].Files}
	if c := &f.c; c.Spoke.ID != "" && c.Spoke.ID != a.By.ID && c.Spoken.After(a.Came) && f.now.Sub(c.Spoken) < crossing {
		f.preview(i, said, e.Limits) // a colleague's answer left since it was drawn
		return
	}
	a.Next, a.Preview = time.Time{}, false // whoever pressed has seen what the customer wrote meanwhile
	f.c.Active = f.now
	f.mark(a, Held)
	f.send(i, said, a.By, e.Limits)
}

// sendPrivately sends to the customer alone what a preview shows. Nobody else reads it, so its writer needs nobody.
func (f *folding) sendPrivately(i int, e Pressed) {
	a := &f.c.Open[i]
	said := Message{Text: a.Parts[0].Text, Files: a.Parts[0].Files}
	a.Aside = &Aside{To: e.Limits.Privately, Said: said}
	a.Next, a.Preview = time.Time{}, false
	f.c.Active = f.now
	f.mark(a, Held)
	l := e.Limits
	l.Public = false
	f.send(i, said, a.By, l)
}

// previewAgain asks once more about an answer that the network does not let the customer have alone. False: it is none.
func (f *folding) previewAgain(i int, why Reason, detail string, l Limits) bool {
	a := &f.c.Open[i]
	if a.Aside == nil || slices.ContainsFunc(a.Parts, func(p Part) bool { return p.State == OK }) {
		return false
	}
	if why == Gone { // as some networks say it
		why = NotStarted
	}
	said := a.Aside.Said
	a.Aside = nil
	f.tell(Tell{Notice: Notice{Kind: NotDelivered, Reason: why, Detail: detail}})
	f.preview(i, said, l)
	return true
}
