package conversation

import (
	"slices"
	"strings"
)

// spelledLimit is how much of an answer a line shows, in runes: it is one post, so that it can go as one.
const spelledLimit = 7000

// read is what a staff message says once its ready answers are in their places, and what it is. A note expands nothing
// that anybody sees; but where it may still leave, since somebody says so, it leaves as it reads here. What calls a
// ready answer that is not there never leaves.
func (f *folding) read(m Message, by Person, called Called) (Message, Verdict) {
	verdict := Judge(m, by)
	m.Text = expand(m.Text, called.Found, f.c.Customer, by)
	if m.Text.Has(Mention) { // where it leaves it does so without them
		m.Text = expand(f.r.unmentioned(m.Text), called.Found, f.c.Customer, by)
	}
	switch verdict {
	case IsAnswer, IsMention, IsNearMiss:
		if len(calls(m.Text.Plain)) > 0 {
			return m, IsUnknownWord
		}
	case IsNote, IsForbidden, IsEmptyText, IsUnknownWord:
	}
	if verdict == IsAnswer { // as it is now
		verdict = Judge(m, by)
	}
	return m, verdict
}

// whisperUnknown tells the writer which ready answers are not there, and which are.
func (f *folding) whisperUnknown(at Place, by Person, said Message, called Called) {
	f.do(Whisper{To: by.ID, About: at, Notice: Notice{
		Kind: UnknownWord, Name: wordList(said.Text.Calls()), Detail: wordList(called.Words), Count: called.More,
	}})
}

// wordList is how words are typed: "!hours, !return".
func wordList(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return "!" + strings.Join(words, ", !")
}

// spell shows what the customer gets of an answer that is cut, unless a line shows just that.
func (f *folding) spell(a *Answer) {
	if i := f.c.spelledOf(a.At); i >= 0 && f.c.Spelled[i].Greets == a.Greets {
		return
	}
	f.show(a)
}

// spellOut shows what the customer would get of an answer that is not cut, in place of what was shown of it before.
func (f *folding) spellOut(a Answer, m Message, l Limits) {
	f.cut(&a, m, l)
	f.show(&a)
}

// show asks for the line of an answer, and removes the one there was.
func (f *folding) show(a *Answer) {
	f.unspell(a.At)
	if !a.Calls {
		return
	}
	f.c.Spelled = append(f.c.Spelled, Spelled{Of: a.At, N: f.c.Seq, Greets: a.Greets})
	f.do(ShowAnswer{Answer: a.At, N: f.c.Seq, Text: a.wording().Cut(spelledLimit)})
}

// showAlso asks for the line of an answer that was changed after it had left. What the customer read before stays.
func (f *folding) showAlso(a *Answer) {
	if i := f.c.spelledOf(a.At); i >= 0 && !f.c.Spelled[i].At.IsZero() {
		f.c.Spelled = slices.Delete(f.c.Spelled, i, i+1)
	}
	f.show(a)
}

// unspell removes the line of an answer that does not leave, or leaves in other words. One that is being posted goes
// when it stands.
func (f *folding) unspell(at Place) {
	i := f.c.spelledOf(at)
	if i < 0 {
		return
	}
	if stands := f.c.Spelled[i].At; !stands.IsZero() {
		f.do(Remove{What: stands})
	}
	f.c.Spelled = slices.Delete(f.c.Spelled, i, i+1)
}

// spelt forgets the line of an answer that is settled: it stays. One that is being posted is remembered until it stands.
func (f *folding) spelt(at Place) {
	if i := f.c.spelledOf(at); i >= 0 && !f.c.Spelled[i].At.IsZero() {
		f.c.Spelled = slices.Delete(f.c.Spelled, i, i+1)
	}
}

// answerShown remembers where a line stands. One that was replaced, or is not wanted any more, goes at once.
func (f *folding) answerShown(job ShowAnswer, e Ended) {
	i := f.c.spelled(job)
	switch {
	case i < 0 && e.Outcome == OK:
		f.do(Remove{What: e.Receipt.Place})
	case i < 0:
	case e.Outcome == OK && f.c.answer(job.Answer) >= 0:
		f.c.Spelled[i].At = e.Receipt.Place
	default:
		f.c.Spelled = slices.Delete(f.c.Spelled, i, i+1)
	}
}

// spelledOf is the index in Spelled of the line of an answer, -1 where it has none.
func (c *Conversation) spelledOf(at Place) int {
	return slices.IndexFunc(c.Spelled, func(s Spelled) bool { return s.Of == at })
}

func (c *Conversation) isSpelled(at Place) bool { return c.spelledOf(at) >= 0 }

// spelled is the index in Spelled of the line that a job posts, -1 where it is not wanted any more.
func (c *Conversation) spelled(job ShowAnswer) int {
	return slices.IndexFunc(c.Spelled, func(s Spelled) bool { return s.Of == job.Answer && s.N == job.N })
}
