package config

import (
	"errors"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"webcare/adapters"
	"webcare/bot/nudge"
)

// Problems: see adapters.Settings.
func (s *Store) Problems() []adapters.Problem {
	if strings.TrimSpace(s.Path) == "" {
		return []adapters.Problem{{Key: "path", Text: `name the data file, such as "webcare.db"`}}
	}
	return nil
}

// Problems: see adapters.Settings.
func (h *HTTP) Problems() []adapters.Problem {
	if h.Listen == "" {
		return nil
	}
	_, port, err := net.SplitHostPort(h.Listen)
	if n, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil || n == 0 {
		return []adapters.Problem{{Key: "listen", Text: `write an address and a port, such as "127.0.0.1:8080" (this machine only) or ":8080" (everywhere)`}}
	}
	return nil
}

// Problems: see adapters.Settings.
func (a *Answer) Problems() []adapters.Problem {
	var all []adapters.Problem
	for _, id := range a.Staff {
		if !isSlackID(id) {
			all = append(all, adapters.Problem{Key: "staff", Text: "each must be the id of a Slack person (U…) or user group (S…): " +
				"in Slack, open the profile or group, then ⋮ and “Copy ID”"})
			break
		}
	}
	for _, p := range a.Patterns {
		if _, err := regexp.Compile(p); err != nil || p == "" {
			all = append(all, adapters.Problem{Key: "patterns", Text: `each must be a regular expression, such as 'ORD-[0-9]{6}' in single quotes`})
			break
		}
	}
	var named, signed, initials []string
	for _, n := range a.Names {
		named = append(named, n.ID)
	}
	for _, s := range a.Initials {
		signed, initials = append(signed, s.ID), append(initials, strings.ToUpper(s.Initials))
	}
	if twice(named) {
		all = append(all, adapters.Problem{Key: "names", Text: "the same person is named twice: leave one"})
	}
	switch {
	case twice(signed):
		all = append(all, adapters.Problem{Key: "initials", Text: "the same person is there twice: leave one"})
	case twice(initials):
		all = append(all, adapters.Problem{Key: "initials", Text: "two people have the same initials: nobody could tell who of them wrote an answer"})
	}
	return all
}

// twice says that something stands in a list more than once.
func twice(list []string) bool {
	slices.Sort(list)
	return len(slices.Compact(list)) < len(list)
}

// Problems: see adapters.Settings.
func (h *Hours) Problems() []adapters.Problem { return timetable(h.Week, h.Days) }

// Problems: see adapters.Settings.
func (m *Manner) Problems() []adapters.Problem {
	all := timetable(m.Week, m.Days)
	if m.Silence > longest {
		all = append(all, adapters.Problem{Key: "silence", Text: tooLong})
	}
	return all
}

// tooLong is said of service time beyond longest.
const tooLong = `this must be at most "720h", which is 30 days`

// timetable has a problem for each mistake in the entries of week and days.
func timetable(week, days []string) []adapters.Problem {
	_, odd := nudge.ParseWeek(week)
	_, wrong := nudge.ParseDays(days)
	return append(entries("week", odd), entries("days", wrong)...)
}

// entries takes apart what package nudge joined.
func entries(key string, err error) (all []adapters.Problem) {
	if err == nil {
		return nil
	}
	each := []error{err}
	if joined, is := errors.AsType[interface {
		error
		Unwrap() []error
	}](err); is {
		each = joined.Unwrap()
	}
	for _, one := range each {
		all = append(all, adapters.Problem{Key: key, Text: one.Error()})
	}
	return all
}

// Problems: see adapters.Settings.
func (n *Nudge) Problems() []adapters.Problem {
	var all []adapters.Problem
	for _, one := range []struct{ key, id string }{{"duty", n.Duty}, {"lead", n.Lead}} {
		if one.id != "" && !isSlackID(one.id) {
			all = append(all, adapters.Problem{Key: one.key, Text: "this must be the id of a Slack user group (S…) or person (U…): " +
				"in Slack, open the group or profile, then ⋮ and “Copy ID”"})
		}
	}
	return all
}

func isSlackID(id string) bool {
	if len(id) < 2 || !strings.Contains("SUW", id[:1]) {
		return false
	}
	return strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// Problems: see adapters.Settings.
func (s *Step) Problems() []adapters.Problem {
	var all []adapters.Problem
	switch {
	case s.After <= 0:
		all = append(all, adapters.Problem{Key: "after", Text: `this must be more than zero, such as "15m"`})
	case s.After > longest:
		all = append(all, adapters.Problem{Key: "after", Text: tooLong})
	}
	if len(s.To) == 0 {
		return append(all, adapters.Problem{Key: "to", Text: `name somebody, such as ["claimer|duty"]`})
	}
	for _, entry := range s.To {
		for who := range strings.SplitSeq(entry, "|") {
			if who != Claimer && who != Duty && who != Lead {
				text := `use claimer, duty and lead, with | between alternatives, such as ["claimer|duty"]`
				if near := nearest(who, []string{Claimer, Duty, Lead}); near != "" {
					text += "; did you mean " + near + "?"
				}
				return append(all, adapters.Problem{Key: "to", Text: text})
			}
		}
	}
	return all
}
