package bot

import (
	"errors"
	"time"

	"webcare/bot/conversation"
	"webcare/bot/language"
	"webcare/bot/moment"
)

// morning is when a day begins for what is put aside until it.
const morning = 9

// chosen is the moment that an entry of the menu means; zero for one that is none.
func (b *Bot) chosen(choice string, now time.Time) time.Time {
	now = now.In(b.words.zone)
	day := func(days int) time.Time {
		return time.Date(now.Year(), now.Month(), now.Day()+days, morning, 0, 0, 0, now.Location())
	}
	switch choice {
	case conversation.OneHour:
		return now.Add(time.Hour)
	case conversation.FourHours:
		return now.Add(4 * time.Hour)
	case conversation.Tomorrow:
		return day(1)
	case conversation.NextMonday:
		days := (int(time.Monday) - int(now.Weekday()) + 7) % 7
		if days == 0 {
			days = 7
		}
		return day(days)
	}
	return time.Time{}
}

// reader reads the moments that staff write.
func reader() moment.Reader { return moment.Reader{Morning: morning * time.Hour} }

// moment reads until when somebody wants a customer put aside.
func (b *Bot) moment(text string, now time.Time) (time.Time, error) {
	until, err := reader().Parse(text, now)
	if err != nil {
		return time.Time{}, err
	}
	return until, nil
}

// noMoment is why a moment was not understood, for whoever wrote it.
func (w *words) noMoment(err error) string {
	fault, is := errors.AsType[*moment.Error](err)
	if !is {
		return w.Say(language.MomentUnclear)
	}
	switch fault.Why {
	case moment.Past:
		return w.Say(language.MomentPast)
	case moment.Far:
		return w.Say(language.MomentFar)
	case moment.WrongDay:
		return w.Say(language.MomentDay)
	case moment.Unclear:
	}
	return w.Say(language.MomentUnclear)
}

// promises finds what an answer promises, in the zone of staff.
func (b *Bot) promises(answer string, now time.Time) (time.Time, bool) {
	found, is := reader().Promised(answer, now.In(b.words.zone))
	return found.At, is
}
