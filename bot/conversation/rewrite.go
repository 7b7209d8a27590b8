package conversation

import (
	"slices"
	"strings"
	"time"
)

// rewrote folds in that somebody edited their message.
func (f *folding) rewrote(e Rewrote) {
	if e.Was.outdates(e) {
		return
	}
	c := &f.c
	i := c.answer(e.At)
	if i < 0 {
		if e.Was != nil && !(sameContent(e.Was.Message, e.Message) && e.Was.Message.Text.Equal(e.Message.Text)) {
			f.reworded(e)
		}
		return
	}
	c.Active = f.now
	a := &c.Open[i]
	switch a.State {
	case Holding:
		f.judgeAgain(i, e)
	case Asking:
		if len(a.There) > 0 {
			f.changeAgain(i, e)
			return
		}
		f.judgeAgain(i, e)
	case Failed, Sending, Unsure:
		f.changeLater(i, e)
	}
}

// changeLater folds in an edit of an answer that is on its way, or did not arrive.
func (f *folding) changeLater(i int, e Rewrote) {
	a := &f.c.Open[i]
	said, verdict := f.read(e.Message, e.By, e.Called)
	nothing := !slices.ContainsFunc(a.Parts, func(p Part) bool { return p.State != Refused }) // of it is there
	if nothing {
		// What it was to say before does not count any more.
		a.Edit, a.Asks = nil, false
	}
	switch {
	case nothing && verdict != IsAnswer:
		f.judgeAgain(i, e)
	case nothing && f.mode(e.Limits) == Confirm: // who posted it has not read this
		f.unspell(a.At)
		a.Calls = len(e.Called.Found) > 0
		f.preview(i, said, e.Limits)
	case nothing:
		why := a.Parts[0].Reason
		a.Calls = len(e.Called.Found) > 0
		f.cut(a, said, e.Limits)
		for n := range a.Parts {
			a.Parts[n].State, a.Parts[n].Reason = Refused, why
		}
		f.show(a)
	case e.Unbegun && a.State == Sending && a.stopped():
		f.stop(a)
		a.Preview = f.mode(e.Limits) == Confirm
		f.judgeAgain(i, e)
	case verdict == IsUnknownWord:
		a.Edit, a.Asks = nil, false // nor does an edit before this one change it
		f.doNotChange(a.At, e, said)
	default:
		a.Edit, a.Asks, a.Calls = &Message{Text: said.Text}, verdict != IsAnswer, len(e.Called.Found) > 0
		if e.Unbegun && a.State == Sending {
			f.halted(i, e.Limits)
		}
	}
}

// doNotChange leaves alone what was sent, since the new wording calls a ready answer that is not there.
func (f *folding) doNotChange(at Place, e Rewrote, said Message) {
	f.tell(Tell{Notice: Notice{Kind: NotChanged, Reason: NoSuchWord}})
	f.whisperUnknown(at, e.By, said, e.Called)
}

// changeAgain folds in a further edit while it is asked whether the customer's message shall be changed.
func (f *folding) changeAgain(i int, e Rewrote) {
	a := f.c.Open[i]
	said, verdict := f.read(e.Message, e.By, e.Called)
	a.Parts, a.Calls = []Part{{Text: said.Text}}, len(e.Called.Found) > 0
	if clear := verdict == IsAnswer || verdict == IsUnknownWord || !a.mayLeave(); !clear {
		f.c.Open[i] = a // the question stands
		return
	}
	f.dropNotice(&a)
	f.c.Open = slices.Delete(f.c.Open, i, i+1)
	f.changeTo(a, verdict, e, said)
}

// changeTo has the messages that the customer has say what the staff message says now, where that is clear.
func (f *folding) changeTo(a Answer, verdict Verdict, e Rewrote, said Message) {
	switch verdict {
	case IsAnswer:
		f.changeOrAsk(a, e.Limits)
	case IsUnknownWord:
		f.doNotChange(a.At, e, said)
		f.spelt(a.At)
	case IsNote, IsMention, IsNearMiss, IsForbidden, IsEmptyText:
		f.askChange(a)
	}
}

// changeOrAsk changes what the customer has, unless others would read what somebody must look at first.
func (f *folding) changeOrAsk(a Answer, l Limits) {
	if doubts := f.personal(&a, l); len(doubts) > 0 || f.fourEyes(l) {
		f.c.Open = append(f.c.Open, a)
		f.question(&f.c.Open[len(f.c.Open)-1], Notice{Kind: ChangeInPublic, Doubts: doubts}, ChangeAnyway)
		return
	}
	f.change(&a, l)
	f.spelt(a.At)
}

// mayLeave is false where the wording calls a ready answer that is not there.
func (a *Answer) mayLeave() bool { return len(calls(a.Parts[0].Text.Plain)) == 0 }

// judgeAgain decides anew what a message is that has not left.
func (f *folding) judgeAgain(i int, e Rewrote) {
	said, verdict := f.read(e.Message, e.By, e.Called)
	f.c.Open[i].Calls = len(e.Called.Found) > 0
	f.judged(i, said, verdict, e)
}

// judged has a message that has not left be what it says now.
func (f *folding) judged(i int, said Message, verdict Verdict, e Rewrote) {
	a := &f.c.Open[i]
	asked := a.State == Asking
	switch verdict {
	case IsNote, IsForbidden, IsEmptyText:
		f.keepInside(i)
	case IsUnknownWord:
		f.keepInside(i)
		f.whisperUnknown(e.At, e.By, said, e.Called)
	case IsMention, IsNearMiss:
		f.dropNotice(a)
		f.unspell(a.At)
		a.State, a.Until, a.Preview, a.Parts = Asking, time.Time{}, false, []Part{{Text: said.Text, Files: said.Files}}
		f.mark(a, Inside)
		f.whisperNote(a, verdict)
	case IsAnswer:
		if a.Preview {
			f.preview(i, said, e.Limits)
			return
		}
		a.Parts = []Part{{Text: said.Text, Files: said.Files}}
		if a.Mark == Held {
			f.spellOut(*a, said, e.Limits)
		}
		if asked && a.Mark == Held { // what is asked is about what it says now
			if doubts := f.doubts(a, e.Limits); len(doubts) > 0 {
				f.dropNotice(a)
				f.ask(a, doubts, e.Limits)
			}
			return
		}
		if asked { // what was marked as a note, or asked about, does not leave by being edited
			if a.Notice.IsZero() {
				f.do(Whisper{To: a.By.ID, Notice: Notice{Kind: WasANote}, About: a.At, Buttons: []Action{SendAnyway}})
			}
			return
		}
		if f.r.Hold > 0 {
			f.mark(a, Held)
		}
		a.Until, a.Looked = later(a.Until, f.now.Add(f.r.Hold)), false
	}
}

// keepInside makes a note of a message that has not left.
func (f *folding) keepInside(i int) {
	a := &f.c.Open[i]
	f.dropNotice(a)
	f.neverLeft(a.At)
	f.mark(a, Inside)
	f.c.Open = slices.Delete(f.c.Open, i, i+1)
}

// reworded changes a message outside that was sent, or asks where it is not clear that it should be.
func (f *folding) reworded(e Rewrote) {
	said, verdict := f.read(e.Message, e.By, e.Called)
	called := len(e.Called.Found) > 0
	if !e.Was.left() { // it stayed among us
		if mode := f.mode(e.Limits); mode == Command || mode == Alerts {
			return
		}
		switch verdict {
		case IsAnswer:
			a := Answer{At: e.At, By: e.By, Wrote: e.Written, Came: f.now, State: Asking, Mark: Inside, Calls: called, Parts: []Part{{Text: said.Text, Files: said.Files}}}
			f.c.Open = append(f.c.Open, a)
			f.do(SetMark{On: e.At, Was: NotSent, Now: Inside}, // it may show either
				Whisper{To: e.By.ID, Notice: Notice{Kind: WasANote}, About: e.At, Buttons: []Action{SendAnyway}})
		case IsUnknownWord:
			f.whisperUnknown(e.At, e.By, said, e.Called)
		case IsNote, IsMention, IsNearMiss, IsForbidden, IsEmptyText:
		}
		return
	}
	f.c.Active = f.now
	if !sameFiles(e.Was.Message.Files, e.Message.Files) {
		f.tell(Tell{Notice: Notice{Kind: NotChanged, Reason: FilesStay}})
		if e.Was.Message.Text.Equal(e.Message.Text) {
			return
		}
	}
	a := Answer{At: e.At, By: e.Was.By, Wrote: e.Written, Came: f.now, State: Asking, There: e.Was.Parts, Calls: called, Parts: []Part{{Text: said.Text}}}
	f.changeTo(a, verdict, e, said)
}

// askChange leaves alone what was sent until a person says that it shall be changed.
func (f *folding) askChange(a Answer) {
	if !a.mayLeave() {
		f.tell(Tell{Notice: Notice{Kind: ChangeIsNote}})
		f.spelt(a.At)
		return
	}
	f.c.Open = append(f.c.Open, a)
	f.question(&f.c.Open[len(f.c.Open)-1], Notice{Kind: ChangeIsNote}, ChangeAnyway)
}

// change has the messages that the customer has say what the staff message says now.
func (f *folding) change(a *Answer, l Limits) {
	t := f.r.unmentioned(a.Parts[0].Text).Trim()
	at := a.worded()
	var pieces []Text
	why := Reason("")
	switch {
	case !l.Edit:
		why = NotAllowed
	case len(at) == 0:
		why = Unconfirmed
	case t.Plain == "":
		why = Empty
	default:
		room := l
		if len(at) == 1 && len(a.There[at[0]].Files) > 0 && l.Caption > 0 {
			room.Length = l.Caption
		}
		if pieces = signed(t, a.signature(a.There[at[len(at)-1]].Text), room); len(pieces) > len(at) {
			why = TooLong
		}
	}
	if why != "" {
		f.tell(Tell{Notice: Notice{Kind: NotChanged, Reason: why}})
		return
	}
	shown := Answer{At: a.At, Calls: a.Calls}
	changes, unseen := false, slices.ContainsFunc(a.There, Part.unseen)
	for n, part := range at {
		p := a.There[part]
		if n < len(pieces) {
			shown.Parts = append(shown.Parts, Part{Text: pieces[n], Files: p.Files})
		}
		switch {
		case n >= len(pieces):
			f.do(TakeBack{Answer: a.At, Part: part, IDs: p.IDs, Rest: true, To: p.To})
		case pieces[n].Plain != p.Text.Plain || !slices.Equal(pieces[n].Spans, p.Text.Spans):
			f.do(Edit{Answer: a.At, Part: part, ID: p.IDs[0], Text: pieces[n], Files: p.Files, By: a.By, Last: n == len(pieces)-1 && !unseen, To: p.To})
			changes = true
		}
	}
	if changes {
		f.showAlso(&shown)
	}
	if changes && unseen {
		f.tell(Tell{Notice: Notice{Kind: PartChanged}})
	}
}

// worded are the parts that the customer has which hold the text, by their numbers: those with text, else the first
// file, under which text may come.
func (a *Answer) worded() (at []int) {
	for n, p := range a.There {
		if p.Text.Plain != "" && len(p.IDs) > 0 {
			at = append(at, n)
		}
	}
	if len(at) == 0 {
		if n := slices.IndexFunc(a.There, func(p Part) bool { return len(p.IDs) > 0 && len(p.Files) > 0 }); n >= 0 {
			at = []int{n}
		}
	}
	return at
}

// signature is who speaks, as it stands under what was sent.
func (a *Answer) signature(last Text) Text {
	for _, sign := range []string{" ^" + a.By.Initials, "\n— " + a.By.Name} {
		if strings.HasSuffix(last.Plain, sign) && strings.TrimLeft(sign, " ^\n—") != "" {
			return Plainly(sign)
		}
	}
	return Text{}
}

// unwrote folds in that somebody deleted their message.
func (f *folding) unwrote(e Unwrote) {
	i := f.c.answer(e.At)
	if i < 0 {
		if e.Was.left() {
			f.takeBack(e.At, e.Was.By, e.Was.Parts, e.Limits)
		}
		return
	}
	a := &f.c.Open[i]
	a.Mark = NoMark // it went with the message
	switch a.State {
	case Holding, Asking, Failed:
		f.withdrawn(i, e.Limits)
	case Sending, Unsure:
		a.Deleted = true
		if e.Unbegun && a.State == Sending {
			f.halted(i, e.Limits)
		}
	}
}

// stopped: nothing of the answer is there, or may be.
func (a *Answer) stopped() bool {
	return !slices.ContainsFunc(a.Parts, func(p Part) bool { return p.State == OK || p.State == Maybe })
}

// stop holds an answer again that was to leave and has not. What is queued of it is not wanted any more.
func (f *folding) stop(a *Answer) {
	if a.Greets {
		f.c.Greeted = slices.DeleteFunc(f.c.Greeted, func(id string) bool { return id == a.By.ID })
	}
	a.State, a.Greets, a.Aside, a.Came = Holding, false, nil, f.now
	a.Edit, a.Asks, a.Deleted = nil, false, false
}

// withdrawn forgets an answer whose staff message is gone, and deletes what the customer has of it.
func (f *folding) withdrawn(i int, l Limits) {
	a := &f.c.Open[i]
	there := slices.DeleteFunc(slices.Concat(a.There, a.Parts), func(p Part) bool { return len(p.IDs) == 0 && !p.unseen() })
	at, by := a.At, a.By
	f.dropNotice(a)
	if a.Greets && len(there) == 0 {
		f.c.Greeted = slices.DeleteFunc(f.c.Greeted, func(id string) bool { return id == a.By.ID })
	}
	f.c.Open = slices.Delete(f.c.Open, i, i+1)
	if len(there) == 0 {
		f.neverLeft(at)
		return
	}
	f.spelt(at)
	f.takeBack(at, by, there, l)
}

// takeBack deletes what the customer has of an answer.
func (f *folding) takeBack(at Place, by Person, there []Part, l Limits) {
	var ids []string
	to, named := "", ""
	for _, p := range there {
		ids, to = append(ids, p.IDs...), p.To // an answer goes to one place
		if sign := introduced(by).Plain; sign != "" && p.To == "" && strings.HasSuffix(p.Text.Plain, sign) {
			named = by.ID
		}
	}
	if why := cannotTakeBack(l, ids); why != "" {
		f.tell(Tell{Notice: Notice{Kind: NotTakenBack, Reason: why}})
		return
	}
	unseen := slices.ContainsFunc(there, Part.unseen)
	f.do(TakeBack{Answer: at, IDs: ids, To: to, Named: named, Rest: unseen})
	if unseen {
		f.tell(Tell{Notice: Notice{Kind: PartTakenBack}})
		f.unanswered(at)
	}
}

func cannotTakeBack(l Limits, ids []string) Reason {
	switch {
	case !l.Delete:
		return NotAllowed
	case len(ids) == 0:
		return Unconfirmed
	}
	return ""
}

// followUp does to an answer that has just arrived what was done to its staff message while it was on its way.
func (f *folding) followUp(a *Answer, l Limits) {
	switch {
	case a.Deleted:
		f.takeBack(a.At, a.By, a.Parts, l)
	case a.Edit != nil:
		changed := a.changed()
		if a.Asks {
			f.askChange(changed)
			return
		}
		f.changeOrAsk(changed, l)
	}
}
