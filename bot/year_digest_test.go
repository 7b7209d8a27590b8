package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"webcare/bot/conversation"
)

// expectsDigests: there is one when the desk opens first on a day, and one when it closes last.
func (y *year) expectsDigests(day time.Time) {
	h := y.hours["acme"]
	var turns []time.Time
	for i := h.index(day); i < h.index(day)+25*60; i++ {
		if h.open[i] != h.open[i-1] && h.start(i).In(y.zone).Day() == day.In(y.zone).Day() {
			turns = append(turns, h.start(i))
		}
	}
	if len(turns) == 0 {
		return
	}
	for _, at := range []time.Time{turns[0], turns[len(turns)-1]} {
		y.on(at, func() {
			if y.judge.steady(at) && y.judge.lastDigest.Before(at) {
				y.fault(nil, "no digest came at %v, and the last at %v", at.In(y.zone), y.judge.lastDigest.In(y.zone))
			}
		})
	}
}

// seesDigest compares the figures of a digest with the books.
func (y *year) seesDigest(s sighting, evening bool) {
	j := &y.judge
	j.digests++
	j.lastDigest = s.at
	j.ended = slices.DeleteFunc(j.ended, func(o over) bool { return s.at.Sub(o.until) > 48*time.Hour })
	wall := s.at.In(y.zone)
	from := time.Date(wall.Year(), wall.Month(), wall.Day(), 0, 0, 0, 0, y.zone)
	if !j.steady(s.at) { // what was done while it did not run comes in at the same moment
		return
	}
	waits, snoozed, fresh, back := 0, 0, 0, false
	for _, c := range y.clients {
		switch {
		case c.turn == conversation.Waiting:
			waits++
			if !c.since.Before(from) {
				fresh++
			}
		case c.turn == conversation.Snoozed && c.aside.until.Before(from.AddDate(0, 0, 1)):
			snoozed++
		}
		back = back || c.ladder != nil && c.ladder.from.Equal(s.at) || c.aside.until.Equal(s.at) // at the very moment
		if c.turn == conversation.Snoozed && !c.since.IsZero() && !c.since.Before(from) {
			fresh++ // they wrote today, and are not answered
		}
	}
	if !evening {
		m := morningS.FindStringSubmatch(s.text)
		if m == nil || number(m[1]) != waits && !back || number(m[1])+number(m[2]) != waits+snoozed {
			y.fault(nil, "%d wait and %d are put aside until today, and the digest says %q", waits, snoozed, firstOf(s.text, "\n"))
		}
		return
	}
	y.checkEvening(s, from, fresh, waits)
}

func (y *year) checkEvening(s sighting, from time.Time, fresh, waits int) {
	var took []int
	over, needless, closed := 0, 0, 0
	for _, w := range slices.Backward(y.judge.ended) {
		if w.until.Before(from) {
			break
		}
		today := !w.since.Before(from)
		switch {
		case w.answered:
			took = append(took, int(w.took.Minutes()))
			if today {
				over++
			}
		default:
			if closed++; today {
				needless++
			}
		}
	}
	slices.Sort(took)
	asked, share := over+fresh, 100
	if asked > 0 {
		share = over * 100 / asked
	}
	half, most := "", ""
	if n := len(took); n > 0 && y.judge.crash.Before(from) { // else the bot may think that an answer took as long as it was dead
		half, most = inWords(took[(n+1)/2-1]), inWords(took[(n*9+9)/10-1])
	}
	want := fmt.Sprint([]any{over, asked, share, half, most, closed, waits})
	m := eveningS.FindStringSubmatch(s.text)
	if m != nil && half == "" {
		m[4], m[5] = "", ""
	}
	if m == nil {
		if asked+closed+waits+len(took) > 0 || !strings.HasSuffix(s.text, "Nobody wrote today.") {
			y.fault(nil, "the digest should tell of %s, and says %q", want, firstOf(s.text, "\n"))
		}
		return
	}
	if got := fmt.Sprint([]any{number(m[1]), number(m[2]), number(m[3]), m[4], m[5], number(m[6]), number(m[7])}); got != want {
		y.fault(nil, "the digest should tell of %s, and says %s: %q", want, got, firstOf(s.text, "\n"))
	}
}

// inWords is a number of minutes as a digest tells it.
func inWords(minutes int) string {
	switch {
	case minutes < 1:
		return "less than a minute"
	case minutes == 1:
		return "a minute"
	case minutes < 120:
		return fmt.Sprint(minutes, " minutes")
	}
	return fmt.Sprint(minutes/60, " hours")
}
