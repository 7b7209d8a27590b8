package moment

import (
	"strings"
	"time"
)

// amounts are rules for how much of a unit there is.
func amounts() []rule {
	just := func(n int) token { return token{word: &word{kind: amount, n: n}} }
	return []rule{
		{"weekday|brief to and? weekday|brief", func(*scan, []*token) token { return token{word: &word{kind: ranged}} }}, // opening hours
		{"number|count and article half", func(_ *scan, t []*token) token { return just(100*t[0].n + 50) }},
		{"article? half article? &UNIT", func(*scan, []*token) token { return just(50) }},
		{"article some", func(_ *scan, t []*token) token { return just(100 * t[1].n) }},
		{"number|count to|or number|count &days|work|months|working", func(_ *scan, t []*token) token { return just(100 * t[2].n) }},
	}
}

// hours are rules for times of the day that read like spans.
func hours() []rule {
	return []rule{
		{"HOUR? noon", func(_ *scan, t []*token) token { return hour(t[1].n, false) }},
		{"half past HOUR", func(_ *scan, t []*token) token { return hour(60*t[2].n+30, true) }},
		{"half HOUR", func(_ *scan, t []*token) token {
			if strings.Contains(" one two three four five six seven eight nine ten eleven twelve ", " "+t[1].text+" ") {
				return hour(60*t[1].n+30, true)
			}
			return hour(turn(60*t[1].n-30), true)
		}},
		{"between HOUR|clock oclock? meridiem? and|to HOUR|clock oclock? meridiem?", func(_ *scan, t []*token) token {
			if t[3].kind == 0 {
				t[3] = t[7] // "between 2 and 4 pm"
			}
			return half(t[1], t[3])
		}},
		{"article? quarter|number|count minute? past|toward HOUR|clock !days|work|months|working", func(_ *scan, t []*token) token {
			switch {
			case t[1].n >= 30 || t[3].text == "to" && t[2].kind == 0 && t[1].n%5 != 0: // "9 to 5"
				return token{}
			case t[3].kind&toward != 0:
				return hour(turn(minutes(t[4])-t[1].n), true)
			}
			return hour(minutes(t[4])+t[1].n, true)
		}},
	}
}

// spans are rules for a time from now.
func spans() []rule {
	one := &token{word: &word{n: 1}}
	return []rule{
		{"weekday|day ahead number|count|article week", func(s *scan, t []*token) token { // "vrijdag over een week"
			in := t[0].n + 7*t[2].n
			if t[0].kind&weekday != 0 {
				in = (t[0].n-int(s.today.Weekday())+7)%7 + 7*t[2].n
			}
			return means(reading{on: s.today.AddDate(0, 0, in), sure: true})
		}},
		{"ahead clock", func(s *scan, t []*token) token {
			return s.span(t[1], absent, &token{word: &word{kind: minute, n: 1}}, false)
		}},
		{"ahead article days|minute or number|count", func(s *scan, t []*token) token { return s.span(t[4], absent, t[2], false) }},
		{"ahead number|count to|or number|count minute", func(s *scan, t []*token) token { return s.span(t[3], absent, t[4], false) }},
		{"ahead choice? VALUE working? UNIT", func(s *scan, t []*token) token { return s.span(t[2], t[3], t[4], false) }},
		{"inside the UNIT", func(s *scan, t []*token) token { return s.span(one, absent, t[2], false) }},
		{"VALUE working? UNIT now", func(s *scan, t []*token) token { return s.span(t[0], t[1], t[2], true) }},
		{"choice working? days|work", func(s *scan, t []*token) token {
			if t[0].n == 1 || t[2].n > 1 || !strings.HasSuffix(t[2].text, "g") && !strings.HasSuffix(t[2].text, "y") { // "komende dagen"
				return token{}
			}
			return s.span(one, t[1], t[2], true)
		}},
		{"elapsed and? VALUE minute", func(s *scan, t []*token) token {
			more := s.span(t[2], absent, t[3], false)
			if more.word != nil {
				more.means.elapsed += t[0].means.elapsed
			}
			return more
		}},
		{"elapsed and article half", func(_ *scan, t []*token) token {
			t[0].means.elapsed += 30 * time.Minute
			return *t[0]
		}},
	}
}

// dates are rules for the calendar.
func dates() []rule {
	return []rule{
		{"weekday|brief number ordinal? month year?", func(s *scan, t []*token) token { return s.date(t[4].n, t[3].n, t[1].n).with(t[0].n) }},
		{"number ordinal? month year?", func(s *scan, t []*token) token { return s.date(t[3].n, t[2].n, t[0].n) }},
		{"month number ordinal? year?", func(s *scan, t []*token) token { return s.date(t[3].n, t[0].n, t[1].n) }},
		{"date", func(s *scan, t []*token) token { return s.date(t[0].n/10000, t[0].n/100%100, t[0].n%100) }},
		{"~pair !UNIT|oclock", func(s *scan, t []*token) token { return s.date(0, t[0].n%100, t[0].n/100) }},
		{"pair &clock", func(s *scan, t []*token) token { return s.date(0, t[0].n%100, t[0].n/100) }},
		{"on|at pair !UNIT|oclock", func(s *scan, t []*token) token { return s.date(0, t[1].n%100, t[1].n/100) }},
		{"weekday|brief pair !UNIT|oclock", func(s *scan, t []*token) token { return s.date(0, t[1].n%100, t[1].n/100).with(t[0].n) }},
		{"~the number ordinal", func(s *scan, t []*token) token {
			for n := range 3 {
				if on := civil(s.today.Year(), s.today.Month()+time.Month(n), t[1].n); on.Day() == t[1].n && !on.Before(s.today) {
					return means(reading{on: on})
				}
			}
			return token{}
		}},
		{"days after day", func(s *scan, _ []*token) token { // tomorrow
			return means(reading{on: s.today.AddDate(0, 0, 2), sure: true})
		}},
		{"~brief", func(_ *scan, t []*token) token { return token{word: &word{kind: weekday, n: t[0].n}} }},
	}
}

// clocks are rules for all other times of the day.
func clocks() []rule {
	return []rule{
		{"HOUR|clock oclock? meridiem", func(_ *scan, t []*token) token { return half(t[0], t[2]) }},
		{"pair oclock", func(_ *scan, t []*token) token { return hour(t[0].n/100*60, true) }},
		{"HOUR oclock number !UNIT|ordinal", func(_ *scan, t []*token) token { return hour(60*t[0].n+t[2].n, t[0].loose) }},
		{"HOUR|clock oclock", func(_ *scan, t []*token) token { return half(t[0], absent) }},
		{"clock to HOUR|clock oclock? meridiem?", func(_ *scan, t []*token) token { return half(t[0], t[4]) }},
		{"clock", func(_ *scan, t []*token) token { return means(reading{timed: true, clock: t[0].n, loose: t[0].loose}) }},
		{"at HOUR !UNIT|ordinal", func(_ *scan, t []*token) token {
			if t[1].n > 24 {
				return token{}
			}
			return means(reading{timed: true, clock: 60 * t[1].n, loose: t[1].loose, bare: true})
		}},
		{"~VALUE working? UNIT", func(s *scan, t []*token) token { return s.span(t[0], t[1], t[2], true) }},
	}
}

// days are rules for days by their names, and for their parts.
func days() []rule {
	onDay := func(_ *scan, t []*token) token {
		return means(reading{part: []int{morning, afternoon, closing}[t[0].n-1]})
	}
	return []rule{
		{"edge choice? week", func(_ *scan, t []*token) token {
			return means(reading{weekday: 2*t[0].n - 1, week: 1 + t[1].n/2, part: t[0].n / 3 * closing, sure: t[1].n > 1})
		}},
		{"edge choice? months", func(s *scan, t []*token) token {
			year, mon, later := s.today.Year(), int(s.today.Month()), t[1].n/2
			if t[2].n == 12 {
				return means(reading{on: onEdge(year+later, []int{1, 7, 12}[t[0].n-1], t[0].n), sure: later > 0})
			}
			return means(reading{on: onEdge(year, mon+later, t[0].n), sure: later > 0})
		}},
		{"edge month", func(s *scan, t []*token) token {
			on := onEdge(s.today.Year(), t[1].n, t[0].n)
			if on.Before(s.today) {
				on = onEdge(s.today.Year()+1, t[1].n, t[0].n)
			}
			return means(reading{on: on})
		}},
		{"edge this? part", func(_ *scan, t []*token) token { return means(reading{part: t[2].n, late: t[0].n == 3}) }},
		{"edge this? days", onDay},
		{"edge &day|weekday", onDay},
		{"choice choice? weekday|weekend part?", func(_ *scan, t []*token) token {
			which := max(t[0].n, t[1].n)
			m := reading{weekday: t[2].n, after: which == 2, part: max(int(t[2].part), t[3].n), sure: which > 1}
			if which == 3 || which == 1 && t[2].kind&weekend != 0 {
				m.week = 1 + which/3
			}
			return means(m)
		}},
		{"weekday coming !week", func(_ *scan, t []*token) token {
			return means(reading{weekday: t[0].n, part: int(t[0].part), after: true, sure: true})
		}},
		{"after weekend", func(*scan, []*token) token { return means(reading{weekday: 1, after: true, sure: true}) }},
		{"choice week", func(_ *scan, t []*token) token { return means(reading{week: min(t[0].n, 2), sure: t[0].n > 1}) }},
		{"choice months", func(s *scan, t []*token) token {
			if t[0].n == 1 || t[1].n > 1 {
				return token{}
			}
			return means(reading{on: civil(s.today.Year(), s.today.Month()+1, 1), sure: true})
		}},
		{"this part", func(s *scan, t []*token) token { return means(reading{on: s.today, part: t[1].n}) }},
		{"weekday part?", func(_ *scan, t []*token) token {
			return means(reading{weekday: t[0].n, part: max(int(t[0].part), t[1].n)})
		}},
		{"~weekend", func(_ *scan, t []*token) token { return means(reading{weekday: t[0].n}) }},
		{"day", func(s *scan, t []*token) token {
			return means(reading{on: s.today.AddDate(0, 0, t[0].n), part: int(t[0].part), sure: t[0].n > 0})
		}},
		{"part", func(_ *scan, t []*token) token { return means(reading{part: t[0].n}) }},
	}
}

// means is a piece of a moment.
func means(m reading) token { return token{word: &word{kind: piece}, means: &m} }

// hour is a time of the day that may be one of the afternoon if it is loose.
func hour(minute int, loose bool) token {
	if minute < 0 || minute > 24*60 {
		return token{}
	}
	return token{word: &word{kind: clock, n: minute}, loose: loose}
}

// minutes are those of an hour or a clock since midnight.
func minutes(t *token) int {
	if t.kind&clock != 0 {
		return t.n
	}
	return 60 * t.n
}

// half is a time of the day with am or pm, if that is said.
func half(t, meridiem *token) token {
	minute := minutes(t)
	switch {
	case meridiem.kind == 0:
		return hour(minute, t.loose)
	case minute < 12*60:
		minute += 60 * meridiem.n
	case minute < 13*60:
		minute += 60 * (meridiem.n - 12)
	}
	return hour(minute, false)
}

// turn keeps the hour before one o'clock after noon.
func turn(minute int) int {
	if minute < 60 {
		return minute + 12*60
	}
	return minute
}

// span is n units from now.
func (s *scan) span(n, working, unit *token, sure bool) token {
	much := 100 * n.n // hundredths
	switch {
	case n.kind&pair != 0:
		much = 100 * (n.n % 100)
	case n.kind&(decimal|amount) != 0:
		much = n.n
	}
	whole, t := (much*unit.n+99)/100, means(reading{sure: sure})
	switch {
	case much == 0:
		return token{}
	case unit.kind&minute != 0:
		t.means.elapsed = time.Duration(much*unit.n) * time.Minute / 100
		t.kind |= elapsed
	case unit.kind&months != 0:
		first := civil(s.today.Year(), s.today.Month()+time.Month(whole), 1)
		t.means.on = first.AddDate(0, 0, min(s.today.Day(), first.AddDate(0, 1, -1).Day())-1)
	case unit.kind&work != 0 || working.kind != 0:
		t.means.on = s.today
		for range min(whole, 400) {
			for t.means.on = t.means.on.AddDate(0, 0, 1); t.means.on.Weekday()%6 == 0; {
				t.means.on = t.means.on.AddDate(0, 0, 1)
			}
		}
	default:
		t.means.on = s.today.AddDate(0, 0, whole)
	}
	return t
}

// date is a date of the calendar; where the year is 0 in the next year that has it.
func (s *scan) date(year, mon, day int) token {
	first, last := year, year
	if year == 0 {
		first, last = s.today.Year(), s.today.Year()+8 // the 29th of February can be eight years away
	}
	for y := first; y <= last; y++ {
		on := civil(y, time.Month(mon), day)
		if on.Day() == day && on.Month() == time.Month(mon) && (year > 0 || !on.Before(s.today)) {
			return means(reading{on: on})
		}
	}
	return token{}
}

// with adds the day of the week to a date.
func (t token) with(weekday int) token {
	if t.word != nil {
		t.means.weekday = weekday
	}
	return t
}

// onEdge is the first, the fifteenth or the last day of a month.
func onEdge(year, mon, edge int) time.Time {
	return civil(year, time.Month(mon+edge/3), []int{1, 15, 0}[edge-1])
}
