package config

import (
	"strings"
	"time"
)

const (
	// mostSteps is how long a ladder may be.
	mostSteps = 10
	// longest is the longest service time that may be waited for, 30 days.
	longest = 30 * 24 * time.Hour
)

// The people a step can name.
const (
	Claimer = "claimer" // who said that they take care of it
	Duty    = "duty"
	Lead    = "lead"
)

// step is a [[nudge.step]] that says nothing.
func step() Step {
	return Step{After: 15 * time.Minute, To: []string{"claimer|duty"}, How: InThread}
}

// usual is the ladder of a config that has no step of its own.
func usual() []Step {
	return []Step{
		step(),
		{After: 45 * time.Minute, To: []string{Claimer}, How: Direct},
		{After: 45 * time.Minute, To: []string{Duty}, How: InThread},
		{After: 60 * time.Minute, To: []string{Lead}, How: Direct},
	}
}

// readSteps reads the ladder, or takes the usual one. An empty list of steps is no ladder at all.
func readSteps(c *Config, root *table, found *Mistakes) {
	nudge := root.keys["nudge"]
	if nudge == nil || nudge.tab == nil || nudge.tab.keys["step"] == nil {
		for _, s := range usual() {
			if c.Nudge.reaches(&s) {
				c.Nudge.Steps = append(c.Nudge.Steps, s)
			}
		}
		return
	}
	var latest Step // of those so far
	for i, t := range tables(nudge.tab, "nudge", "step", found) {
		s := step()
		s.line = t.line
		fill(t, "nudge.step", &s, found)
		ask(t, "nudge.step", &s, found)
		if i == mostSteps {
			found.add(t.line, "nudge.step", "there are more than "+itoa(mostSteps)+" steps: remove some, because nobody heeds what comes that often")
		}
		if ordered(t, &s, &latest, found) && s.After >= latest.After {
			latest = s
		}
		needs(t, &s, nudge.tab, Duty, c.Nudge.Duty, found)
		needs(t, &s, nudge.tab, Lead, c.Nudge.Lead, found)
		c.Nudge.Steps = append(c.Nudge.Steps, s)
	}
}

// ordered sees to it that a step is not due before one above it; false where nobody knows when it is due.
func ordered(t *table, s, latest *Step, found *Mistakes) bool {
	v, line := t.keys["after"], t.lineOf("after")
	switch {
	case v != nil && (told(found, line, "nudge.step.after") || !known(v)):
		return false
	case s.After >= latest.After:
	case v == nil:
		found.add(line, "nudge.step", "it has no after, and the default of "+short(s.After)+" is less than that of the step at line "+itoa(latest.line)+": add after")
	default:
		found.add(line, "nudge.step.after", "this is less than that of the step at line "+itoa(latest.line)+": put the steps in the order of after")
	}
	return true
}

// needs sees to it that whoever the step names is set under [nudge].
func needs(t *table, s *Step, nudge *table, who, id string, found *Mistakes) {
	if id != "" || nudge.keys[who] != nil || !s.names(who) {
		return
	}
	switch v := t.keys["to"]; {
	case v == nil:
		found.add(t.line, "nudge.step", "the default of to names "+who+", so set "+who+" under [nudge]")
	case known(v) && !told(found, v.line, "nudge.step.to"):
		found.add(v.line, "nudge.step.to", who+" is named here, so set "+who+" under [nudge]")
	}
}

// names says whether any entry of the step speaks of who.
func (s *Step) names(who string) bool {
	for _, entry := range s.To {
		for one := range strings.SplitSeq(entry, "|") {
			if one == who {
				return true
			}
		}
	}
	return false
}

// reaches says whether anybody whom the step names can be there.
func (n *Nudge) reaches(s *Step) bool {
	return s.names(Claimer) || s.names(Duty) && n.Duty != "" || s.names(Lead) && n.Lead != ""
}
