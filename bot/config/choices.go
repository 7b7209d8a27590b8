package config

import (
	"errors"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // a machine without time zone files must know Europe/Amsterdam too
	"unicode"
	"unicode/utf8"
)

// OnUnsure says what becomes of an answer of which nobody knows whether the customer has it.
type OnUnsure string

// The choices.
const (
	Ask    OnUnsure = "ask"    // a person decides
	Resend OnUnsure = "resend" // it is sent again: the customer may get it twice
	Drop   OnUnsure = "drop"   // it is not sent again: the customer may never get it
)

// UnmarshalText takes one of the choices.
func (o *OnUnsure) UnmarshalText(b []byte) error { return choose(o, b, Ask, Resend, Drop) }

// Mode is how the answers of an account leave.
type Mode string

// The modes. ByPlace is Direct in private conversations and Confirm where others can read along.
const (
	ByPlace     Mode = ""
	DirectReply Mode = "direct"  // after the hold
	Confirm     Mode = "confirm" // when somebody presses the button of a preview
	Alerts      Mode = "alerts"  // never: staff only read
	Command     Mode = "command" // only from the form that a button of the card opens
)

// UnmarshalText takes one of the modes; empty is ByPlace.
func (m *Mode) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*m = ByPlace
		return nil
	}
	return choose(m, b, DirectReply, Confirm, Alerts, Command)
}

// Language is a BCP 47 tag such as "nl" or "pt-BR"; empty = none.
type Language string

// UnmarshalText takes a tag that is well formed, whether or not there is such a language.
func (l *Language) UnmarshalText(b []byte) error {
	for n, part := range strings.Split(string(b), "-") {
		letters := strings.Trim(strings.ToLower(part), "abcdefghijklmnopqrstuvwxyz") == ""
		plain := strings.Trim(strings.ToLower(part), "abcdefghijklmnopqrstuvwxyz0123456789") == ""
		if n == 0 && (!letters || len(part) < 2 || len(part) > 3) && len(b) > 0 || n > 0 && (!plain || part == "" || len(part) > 8) {
			return errors.New(`this must be the tag of a language, such as "nl", "en" or "pt-BR"`)
		}
	}
	*l = Language(b)
	return nil
}

// Approve says who posts what others can read.
type Approve string

// The choices.
const (
	Anyone Approve = "anyone"
	Other  Approve = "other" // somebody else than its writer
)

// UnmarshalText takes one of the choices.
func (a *Approve) UnmarshalText(b []byte) error { return choose(a, b, Anyone, Other) }

// Country is the one whose public holidays are kept.
type Country string

// The countries.
const (
	NoCountry   Country = ""
	Netherlands Country = "nl"
)

// UnmarshalText takes one of the countries.
func (c *Country) UnmarshalText(b []byte) error {
	if *c = Country(b); *c != NoCountry && *c != Netherlands {
		*c = NoCountry
		return errors.New(`only the holidays of the Netherlands are known: write "nl", or leave it empty for none`)
	}
	return nil
}

// Liberation is in which years a desk that keeps the Dutch holidays is closed on 5 May.
type Liberation string

// The choices.
const (
	Never          Liberation = "never"
	EveryYear      Liberation = "every year"
	EveryFiveYears Liberation = "every five years"
)

// UnmarshalText takes one of the choices.
func (l *Liberation) UnmarshalText(b []byte) error {
	return choose(l, b, Never, EveryYear, EveryFiveYears)
}

// Hold is how long an answer is kept back before it leaves.
type Hold time.Duration

// mostHold is the longest hold.
const mostHold = time.Minute

// UnmarshalText reads "10s".
func (h *Hold) UnmarshalText(b []byte) error {
	d, err := time.ParseDuration(string(b))
	if err != nil || d < 0 || d > mostHold {
		return errors.New(`this must be a time from "0s" to "60s"`)
	}
	*h = Hold(d)
	return nil
}

// MarshalText is what UnmarshalText reads.
func (h Hold) MarshalText() ([]byte, error) { return []byte(short(time.Duration(h))), nil }

// Named gives a person in Slack the first name that customers see.
type Named struct{ ID, Name string }

// UnmarshalText reads "U012AB3CD = Sanne".
func (n *Named) UnmarshalText(b []byte) error {
	id, name, _ := strings.Cut(string(b), "=")
	id, name = strings.TrimSpace(id), strings.TrimSpace(name)
	if !isSlackID(id) || id[0] == 'S' || name == "" || len(name) > 80 {
		return errors.New("write the id of a person in Slack and the first name: \"U012AB3CD = Sanne\"")
	}
	n.ID, n.Name = id, name
	return nil
}

// MarshalText is what UnmarshalText reads.
func (n Named) MarshalText() ([]byte, error) { return []byte(n.ID + " = " + n.Name), nil }

// Signed gives a person in Slack the initials that stand below public answers.
type Signed struct{ ID, Initials string }

// mostInitials is how many letters they may have.
const mostInitials = 3

// UnmarshalText reads "U012AB3CD = SB".
func (s *Signed) UnmarshalText(b []byte) error {
	id, initials, _ := strings.Cut(string(b), "=")
	id, initials = strings.TrimSpace(id), strings.TrimSpace(initials)
	if !isSlackID(id) || id[0] == 'S' {
		return errors.New("write the id of a person in Slack and the initials: \"U012AB3CD = SB\"")
	}
	odd := func(r rune) bool { return !unicode.IsLetter(r) }
	if n := utf8.RuneCountInString(initials); n < 1 || n > mostInitials || strings.ContainsFunc(initials, odd) {
		return errors.New("initials are one to three letters, without ^ or full stops: \"U012AB3CD = SB\"")
	}
	s.ID, s.Initials = id, initials
	return nil
}

// MarshalText is what UnmarshalText reads.
func (s Signed) MarshalText() ([]byte, error) { return []byte(s.ID + " = " + s.Initials), nil }

// How is the way of a nudge.
type How string

// The ways.
const (
	InThread How = "thread"
	Direct   How = "direct"
)

// UnmarshalText takes one of the ways.
func (h *How) UnmarshalText(b []byte) error { return choose(h, b, InThread, Direct) }

func choose[T ~string](into *T, b []byte, all ...T) error {
	var words []string
	for _, one := range all {
		if string(b) == string(one) {
			*into = one
			return nil
		}
		words = append(words, string(one))
	}
	text := fmt.Sprintf("this must be one of %s", strings.Join(words, ", "))
	if near := nearest(string(b), words); near != "" {
		text += "; did you mean " + near + "?"
	}
	return errors.New(text)
}

// Zone is a time zone by its IANA name; the zero Zone is UTC.
type Zone struct{ loc *time.Location }

// Location is the zone as package time knows it.
func (z Zone) Location() *time.Location {
	if z.loc == nil {
		return time.UTC
	}
	return z.loc
}

// MarshalText is the name of the zone.
func (z Zone) MarshalText() ([]byte, error) { return []byte(z.Location().String()), nil }

// UnmarshalText looks the name up in the zones that are part of the program.
func (z *Zone) UnmarshalText(b []byte) error {
	name := string(b)
	loc, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return errors.New(`there is no such time zone: use an IANA name such as "Europe/Amsterdam" or "UTC"`)
	}
	z.loc = loc
	return nil
}

// home is the zone of a config that names none.
func home() Zone {
	loc, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		return Zone{}
	}
	return Zone{loc}
}
