package bot

import (
	"time"

	"webcare/bot/conversation"
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
