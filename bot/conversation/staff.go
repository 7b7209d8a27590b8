package conversation

import (
	"slices"
	"time"
)

// askedFor is how long a note can still be sent with one click. An answer that asks before it leaves does so until
// somebody decides.
const askedFor = 24 * time.Hour

// wrote decides what a staff message is and, if it is an answer, sends it.
func (f *folding) wrote(e Wrote) { f.typed(e, false) }

// typed is wrote, of a message in the thread or one from a form.
func (f *folding) typed(e Wrote, form bool) {
	c := &f.c
	was := f.attributed(e.At)
	if c.answer(e.At) >= 0 {
		return
	}
	f.forgetAsked()
	a := Answer{At: e.At, By: e.By, Wrote: e.Written, Mark: was.Mark, Next: was.Next, Came: f.now, Calls: len(e.Called.Found) > 0, Found: e.Found}
	a.Crossed, a.CrossedAt = c.crossed(e.By)
	said, verdict := f.read(e.Message, e.By, e.Called)
	mode := f.mode(e.Limits)
	switch {
	case verdict == IsForbidden:
	case mode == Command && !form, mode == Alerts && verdict != IsAnswer: // nothing is asked where nothing can leave
		verdict = IsNote
	}
	if verdict != IsForbidden {
		c.Active = f.now
	}
	switch verdict {
	case IsEmptyText:
		f.mark(&a, NotSent)
		f.tell(Tell{Notice: Notice{Kind: NotDelivered, Reason: Empty}})
		return
	case IsForbidden:
		f.mark(&a, Inside)
		f.do(Whisper{To: e.By.ID, Notice: Notice{Kind: MayNotSpeak, Reason: e.By.Why}, About: e.At})
		return
	case IsNote:
		f.mark(&a, Inside)
		return
	case IsUnknownWord:
		f.mark(&a, Inside)
		f.whisperUnknown(e.At, e.By, said, e.Called)
		return
	case IsMention, IsNearMiss:
		f.mark(&a, Inside)
		a.State, a.Parts = Asking, []Part{{Text: said.Text, Files: said.Files}}
		c.Open = append(c.Open, a)
		f.whisperNote(&a, verdict)
		return
	case IsAnswer:
	}
	if form && mode != Alerts {
		mode = Direct
		if f.fourEyes(e.Limits) {
			mode = Confirm
		}
	}
	switch mode {
	case Alerts:
		f.mark(&a, Inside)
		f.do(Whisper{To: e.By.ID, Notice: Notice{Kind: MayNotSpeak, Reason: ReadOnly}, About: e.At})
	case Confirm:
		c.Open = append(c.Open, a)
		f.preview(len(c.Open)-1, said, e.Limits)
	case Direct, Command:
		c.Open = append(c.Open, a)
		f.hold(len(c.Open)-1, said, e.Limits, form)
	}
}

// forgetAsked forgets what was asked too long ago.
func (f *folding) forgetAsked() {
	old := func(a *Answer) bool {
		return a.State == Asking && a.Mark != Held && a.Press == nil && f.now.Sub(a.Wrote) > askedFor
	}
	for i := range f.c.Open {
		if old(&f.c.Open[i]) {
			f.dropNotice(&f.c.Open[i])
			f.unspell(f.c.Open[i].At)
		}
	}
	f.c.Open = slices.DeleteFunc(f.c.Open, func(a Answer) bool { return old(&a) })
}

// whisperNote tells the writer that a message stays among us, and how to send it all the same.
func (f *folding) whisperNote(a *Answer, why Verdict) {
	kind := ItIsANote
	if why == IsNearMiss {
		kind = NearMiss
	}
	f.do(Whisper{To: a.By.ID, Notice: Notice{Kind: kind}, About: a.At, Buttons: []Action{SendAnyway}})
}

// send cuts an answer into parts and sends them; what cannot be sent at all fails at once, the rest goes.
func (f *folding) send(i int, m Message, by Person, l Limits) {
	a := &f.c.Open[i]
	a.State, a.By, a.Until = Sending, by, time.Time{}
	f.dropNotice(a)
	f.cut(a, m, l)
	f.spell(a)
	if a.Greets {
		f.c.Greeted = append(f.c.Greeted, by.ID)
	}
	f.c.Spoke, f.c.Spoken = by, f.now
	f.check(a, l)
	f.sendParts(a)
	f.settle(i, "", l)
}

// cut makes the parts of an answer.
func (f *folding) cut(a *Answer, m Message, l Limits) {
	sign := f.signature(a.By, l)
	if a.Aside != nil { // whom they know there is another conversation's to remember
		sign = introduced(a.By)
	}
	a.Greets = !l.Public && sign.Plain != "" && a.Aside == nil
	t := f.r.unmentioned(m.Text).Trim()
	if a.Parts = []Part{{}}; t.Plain != "" || len(m.Files) > 0 {
		a.Parts = divide(t, sign, m.Files, l)
	}
}

// check refuses the parts that the network would not take now.
func (f *folding) check(a *Answer, l Limits) {
	for n := range a.Parts {
		p := &a.Parts[n]
		if p.State != "" {
			continue
		}
		if why := l.forbids(*p); why != "" {
			p.State, p.Reason = Refused, why
		}
	}
}

// forbids says why a part cannot be sent now; empty when it can.
func (l Limits) forbids(p Part) Reason {
	if l.ReadOnly {
		return ReadOnly
	}
	if p.Text.Plain == "" && len(p.Files) == 0 {
		return Empty
	}
	for _, file := range p.Files {
		if why := l.forbidsFile(file); why != "" {
			return why
		}
	}
	return ""
}

func (l Limits) forbidsFile(file File) Reason {
	switch {
	case l.Files == 0:
		return FileType
	case l.FileSize > 0 && file.Size > l.FileSize:
		return FileTooBig
	}
	return ""
}

// signature is who speaks: initials on every public answer, the first name once per person in a private conversation.
func (f *folding) signature(by Person, l Limits) Text {
	switch {
	case l.Public && by.Initials != "":
		return Plainly(" ^" + by.Initials)
	case l.Public, by.Name == "", slices.Contains(f.c.Greeted, by.ID):
		return Text{}
	}
	return introduced(by)
}

// introduced tells the customer a first name.
func introduced(by Person) Text {
	if by.Name == "" {
		return Text{}
	}
	return Plainly("\n— " + by.Name)
}

// signed is the text cut to what one message takes, who speaks at the end of the last piece: never a piece of the
// signature alone.
func signed(t, signature Text, l Limits) []Text {
	whole := t.Add(signature).Trim()
	room := l.Length - l.measure(signature.Plain)
	if l.Length == 0 || room < 1 || t.Plain == "" || l.measure(whole.Plain) <= l.Length {
		return Split(whole, l.Length, l.Count)
	}
	pieces := Split(t, l.Length, l.Count)
	last := len(pieces) - 1
	if l.measure(pieces[last].Add(signature).Plain) > l.Length {
		pieces = append(pieces[:last], Split(pieces[last], room, l.Count)...)
		last = len(pieces) - 1
	}
	pieces[last] = pieces[last].Add(signature)
	return pieces
}

// divide makes the messages that an answer needs on its network. Text that fits beside the files goes with them; a file
// that the network does not take is a part of its own, so that the rest can go.
func divide(t, signature Text, files []File, l Limits) []Part {
	var parts []Part
	var good []File
	for _, file := range files {
		if l.forbidsFile(file) != "" {
			parts = append(parts, Part{Files: []File{file}})
			continue
		}
		good = append(good, file)
	}
	caption := l.Caption
	if caption == 0 {
		caption = l.Length
	}
	beside := t.Add(signature).Trim()
	if t.Plain == "" && len(good) == 0 {
		return parts // a signature below nothing
	}
	if len(good) == 0 || caption > 0 && l.measure(beside.Plain) > caption {
		for _, piece := range signed(t, signature, l) {
			parts = append(parts, Part{Text: piece})
		}
		beside = Text{}
	}
	for chunk := range slices.Chunk(good, max(1, l.Files)) {
		parts = append(parts, Part{Text: beside, Files: chunk})
		beside = Text{}
	}
	return parts
}

func (l Limits) measure(s string) int {
	if l.Count == nil {
		return len([]rune(s))
	}
	return l.Count(s)
}

// sendParts enqueues the parts whose fate is open.
func (f *folding) sendParts(a *Answer) {
	for n, p := range a.Parts {
		if p.State == "" {
			send := Send{Answer: a.At, Part: n, Text: p.Text, Files: p.Files, By: a.By}
			if a.Aside != nil {
				send.To = a.Aside.To
			}
			f.do(send)
		}
	}
}

// answer is the index in Open of the staff message, -1 where it is settled or was never one.
func (c *Conversation) answer(at Place) int {
	return slices.IndexFunc(c.Open, func(a Answer) bool { return a.At == at })
}

// pressed carries out a button. A button that was settled before, or pressed twice, does nothing.
func (f *folding) pressed(e Pressed) {
	c := &f.c
	if e.By.Why == Robot { // nobody reads what it would be told
		return
	}
	if !e.By.MaySpeak {
		f.do(Whisper{To: e.By.ID, Notice: Notice{Kind: MayNotPress, Reason: e.By.Why}})
		return
	}
	if (e.Action == Snooze || e.Action == NoAnswer) && c.Unseen(e, f.now) {
		f.do(Whisper{To: e.By.ID, Notice: Notice{Kind: WroteMeanwhile}})
		return
	}
	switch e.Action {
	case Claim:
		f.claim(e.By)
	case Release:
		f.unclaim(e.By)
	case TakeOver:
		f.pressedTakeOver(e.By)
	case HandOver:
		f.handOver(e.By, e.To)
	case Snooze:
		f.snooze(e.By, e.Until)
	case Wake:
		f.wakeUp()
	case Reopen:
		f.reopened()
	case Remind:
		f.remind(e)
	case Close, NoAnswer:
		f.close(e.Action, e.By)
	case SendAgain, ItIsThere, TryAgain, SendAnyway, DoNotSend, Publish, SendPrivately, ChangeAnyway, GiveUp:
		if i := c.answer(e.About); i >= 0 {
			f.decided(i, e)
		}
	}
}

// decided carries out what a person decided about one answer, once all that was done to it is known.
func (f *folding) decided(i int, e Pressed) {
	a := &f.c.Open[i]
	switch {
	case !e.On.IsZero() && e.N != a.Question: // of a question that was replaced
	case f.looksFirst(a, e):
	default:
		f.decide(i, e)
	}
}

func (f *folding) decide(i int, e Pressed) {
	a := &f.c.Open[i]
	switch {
	case f.onlyReads(e):
		f.do(Whisper{To: e.By.ID, Notice: Notice{Kind: MayNotPress, Reason: ReadOnly}})
	case e.Action == ChangeAnyway && a.State == Asking && len(a.There) > 0 && f.fourEyes(e.Limits) && e.By.ID == a.By.ID:
		f.do(Whisper{To: e.By.ID, Notice: Notice{Kind: OtherMust}, About: a.At})
	case e.Action == ChangeAnyway && a.State == Asking && len(a.There) > 0:
		f.dropNotice(a)
		f.change(a, e.Limits)
		f.spelt(a.At)
		f.c.Open = slices.Delete(f.c.Open, i, i+1)
	case e.Action == DoNotSend && a.State == Asking && len(a.There) == 0:
		f.keepInside(i)
	case e.Action == Publish && a.State == Asking && a.Preview:
		f.publish(i, e)
	case e.Action == SendPrivately && a.State == Asking && a.Preview && e.Limits.Privately != "":
		f.sendPrivately(i, e)
	case e.Action == SendAnyway && a.State == Asking && len(a.There) == 0 && (f.mode(e.Limits) == Confirm || f.fourEyes(e.Limits) && a.Mark != Held): // a note to be posted for all to read
		f.preview(i, Message{Text: a.Parts[0].Text, Files: a.Parts[0].Files}, e.Limits)
	case e.Action == SendAnyway && a.State == Asking && len(a.There) == 0:
		asked := a.Question != 0
		a.Next = time.Time{} // what the customer wrote meanwhile has been seen
		f.mark(a, Held)
		f.c.Active = f.now
		if doubts := f.doubts(a, e.Limits); !asked && len(doubts) > 0 { // it was taken for a note, so nobody has looked for them
			f.ask(a, doubts, e.Limits)
			return
		}
		f.send(i, Message{Text: a.Parts[0].Text, Files: a.Parts[0].Files}, a.By, e.Limits)
	case e.Action == SendAgain && a.State == Unsure:
		f.resume(i, Maybe, "", e.Limits)
	case e.Action == ItIsThere && a.State == Unsure:
		f.resume(i, Maybe, OK, e.Limits)
	case e.Action == TryAgain && a.State == Failed:
		f.resume(i, Refused, "", e.Limits)
	case e.Action == GiveUp && (a.State == Failed || a.State == Unsure):
		f.dropNotice(a)
		if a.State == Unsure { // the customer may have it
			f.tell(Tell{Notice: Notice{Kind: MaybeDropped, Reason: PutDown}})
		} else {
			f.tell(Tell{Notice: Notice{Kind: NotDelivered, Reason: PutDown}})
			f.mark(a, NotSent)
			if !slices.ContainsFunc(a.Parts, func(p Part) bool { return p.State == OK }) {
				f.unspell(a.At)
			}
		}
		f.spelt(a.At)
		f.c.Open = slices.Delete(f.c.Open, i, i+1)
	}
}

// resume gives the parts in one state another and sends what is open.
func (f *folding) resume(i int, was, now Outcome, l Limits) {
	a := &f.c.Open[i]
	for n := range a.Parts {
		p := &a.Parts[n]
		if p.State != was {
			continue
		}
		p.State, p.Reason = now, ""
		if was == Maybe && now == "" {
			p.Again++
		}
	}
	a.State = Sending
	f.dropNotice(a)
	if now == "" && f.halted(i, l) {
		return
	}
	f.mark(a, Held)
	f.check(a, l)
	f.sendParts(a)
	f.settle(i, "", l)
}

func (f *folding) dropNotice(a *Answer) {
	if !a.Notice.IsZero() {
		f.do(Remove{What: a.Notice, Also: a.NoticeAlso})
		a.Notice, a.NoticeAlso = Place{}, nil
	}
	a.Question = 0
}

func (f *folding) mark(a *Answer, now Mark) {
	if a.Mark == now {
		return
	}
	was := a.Mark
	a.Mark = now
	for i, e := range f.out { // one change of the mark, whatever came in between
		if set, is := e.(SetMark); is && set.On == a.At {
			if f.out[i] = (SetMark{On: a.At, Was: set.Was, Now: now}); set.Was == now {
				f.out = slices.Delete(f.out, i, i+1)
			}
			return
		}
	}
	f.do(SetMark{On: a.At, Was: was, Now: now})
}
