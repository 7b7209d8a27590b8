package config

import "webcare/bot/nudge"

// Service is the service hours of an account, which may have a week and dates of its own; with the zero Manner they are
// those of the desk as a whole. Parse has found the entries to be right.
func (h *Hours) Service(own Manner) nudge.Hours {
	entries, dates := own.Week, own.Days
	if len(entries) == 0 {
		entries = h.Week
	}
	if len(dates) == 0 {
		dates = h.Days
	}
	s := nudge.Hours{Zone: h.Timezone.Location()}
	s.Week, _ = nudge.ParseWeek(entries)
	s.Days, _ = nudge.ParseDays(dates)
	if h.Holidays == Netherlands {
		s.Holidays = nudge.Holidays{Dutch: true, GoodFriday: h.GoodFriday, Liberation: nudge.Liberation(h.LiberationDay)}
	}
	return s
}
