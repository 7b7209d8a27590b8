package bot

import (
	"context"
	"time"

	"webcare/bot/nudge"
)

const (
	// dayOpens and dayCloses are when a service day begins and ends, in hours, where the desk does not close between two
	// days: when most people are at work, so that somebody reads the digest.
	dayOpens, dayCloses = 9, 17
	// noon is until when what is open after midnight can be the end of the day before.
	noon = 12
	// mostDays is for how many days a service day is looked for. A desk that is closed for longer never opens, see
	// nudge.Hours.
	mostDays = 400
)

// serviceDays parts the service hours of a desk into days, each of which opens once and closes once. They are counted
// from a date, whose service day is 0, on the clock of the desk.
//
// What parts two days is the closed time at the midnight between them. Where the desk is open then, it is the longest
// closed time of the new date that ends on it, or begins in its morning: a desk that is open from 08:00 to 01:00 has its
// night from 01:00 on, and one that only has a break at noon parts its days there. Where there is none it is the night from
// dayCloses to dayOpens; the evening is at midnight instead where nobody is at work at dayCloses, or not long enough.
type serviceDays struct {
	hours nudge.Hours
	date  time.Time
}

// turn is a moment at which a service day opens, or closes; day is the midnight at which its date began.
type turn struct {
	at, day time.Time
	closing bool
}

// nextTurn is the first one after from, on the clock of zone; the zero turn if there is none, or ctx has ended.
func nextTurn(ctx context.Context, h nudge.Hours, zone *time.Location, from time.Time) turn {
	s := serviceDays{h, from.In(zone)}
	if h.Opens(from).IsZero() {
		return turn{}
	}
	for day := -1; day <= mostDays && ctx.Err() == nil; day++ {
		opens := s.opens(day)
		if opens.IsZero() || !opens.Before(s.clock(day+1, 0)) {
			continue
		}
		closes := s.closes(day)
		switch {
		case !closes.After(opens):
		case opens.After(from):
			return turn{opens, s.clock(day, 0), false}
		case closes.After(from):
			return turn{closes, s.clock(day, 0), true}
		}
	}
	return turn{}
}

// clock is an hour of a day, or the first moment of a day whose first hour the clock skips.
func (s serviceDays) clock(day, hour int) time.Time {
	t := time.Date(s.date.Year(), s.date.Month(), s.date.Day()+day, hour, 0, 0, 0, s.date.Location())
	if hour == 0 && t.Hour() == 23 { // package time may take the hour before
		return t.Add(time.Hour)
	}
	return t
}

// through says that the desk is open at a moment and before it.
func (s serviceDays) through(at time.Time) bool {
	return s.hours.Open(at) && s.hours.Open(at.Add(-time.Second))
}

// opens is when the closed time ahead of a service day ends; zero = it does not. That is later than its date where it has no
// service.
func (s serviceDays) opens(day int) time.Time {
	if begins := s.clock(day, 0); !s.through(begins) {
		return s.hours.Opens(begins)
	}
	if _, to, is := s.pause(day); is {
		return to
	}
	return s.clock(day, dayOpens)
}

// closes is when the closed time behind a service day begins; zero, or not after it opens, where it has no service.
func (s serviceDays) closes(day int) time.Time {
	ends := s.clock(day+1, 0)
	if !s.through(ends) {
		return s.lastClosing(s.clock(day, 0), ends)
	}
	if from, _, is := s.pause(day + 1); is {
		return from
	}
	if evening := s.clock(day, dayCloses); evening.After(s.opens(day)) && s.hours.Open(evening.Add(-time.Second)) {
		return evening
	}
	return ends
}

// pause is the longest closed time of a date at whose beginning the desk is open; false = there is none that could part
// days.
func (s serviceDays) pause(day int) (from, to time.Time, is bool) {
	ends, longest := s.clock(day+1, 0), time.Duration(0)
	for at := s.hours.Closes(s.clock(day, 0)); !at.IsZero() && at.Before(ends); {
		opens := s.hours.Opens(at)
		if opens.IsZero() { // for good
			opens = at.AddDate(0, 0, mostDays)
		}
		if d := opens.Sub(at); d > longest && (opens.Before(ends) || at.Before(s.clock(day, noon))) {
			from, to, is, longest = at, opens, true, d
		}
		if !opens.Before(ends) {
			break
		}
		at = s.hours.Closes(opens)
	}
	return from, to, is
}

// lastClosing is when the desk closed last between two moments; zero where it was not open.
func (s serviceDays) lastClosing(from, to time.Time) (last time.Time) {
	for {
		opens := s.hours.Opens(from)
		if opens.IsZero() || !opens.Before(to) {
			return last
		}
		closes := s.hours.Closes(opens)
		if closes.IsZero() || closes.After(to) {
			return last
		}
		last, from = closes, closes
	}
}
