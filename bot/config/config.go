// Package config reads webcare's one config file: TOML in, typed settings out.
//
// It promises that every mistake is told at once, each with its line, its key and what to do about it; that a key
// nobody knows is a mistake and never silently without effect; and that no value of the file, but a date that was
// understood as one, is ever repeated in an error or a warning, since any of them may be a secret that was pasted in the
// wrong place. It reads the files and environment variables that secrets point at and touches nothing else outside.
package config

import (
	"regexp"
	"time"

	"webcare/adapters"
)

// Config is everything the file says, with defaults where it says nothing.
type Config struct {
	// Slack is the struct that was given to Load, filled in.
	Slack  adapters.Settings
	Store  Store
	HTTP   HTTP
	Answer Answer
	Hours  Hours
	Nudge  Nudge
	// Accounts are in the order of the file.
	Accounts []Account
	// Warnings are sentences about what works but should be changed.
	Warnings []string
}

// Account is one of our accounts on a network.
type Account struct {
	// Name is unique and made of a-z, 0-9 and -: it stands in /hook/<name>, in the store and in logs.
	Name     string
	Kind     adapters.Kind
	Settings adapters.Settings
	Manner   Manner
	line     int // where it stands in the file
}

// Manner is how the customers of an account are served: what every account has, whatever its network.
type Manner struct {
	Mode     Mode     `toml:"reply_mode" doc:"How answers leave: \"direct\" after the hold, \"confirm\" when somebody presses the button of a preview, \"command\" only from the form behind the button Answer, \"alerts\" not at all. Empty: direct in private conversations, confirm where others can read along."`
	Language Language `toml:"language" doc:"The language of its customers where the network does not tell, such as \"nl\" or \"en\": ready answers in it are chosen. Empty: none in particular."`
	// Week and Days are as in Hours; empty = those of Hours.
	Week []string `toml:"week" doc:"Hours of its own, as in [hours]; empty = those."`
	Days []string `toml:"days" doc:"Dates of its own, as in [hours]; empty = those."`
	// Silence is service time; 0 = never.
	Silence     time.Duration `toml:"silence" doc:"After how much service time without any answer, while customers wait, the lead is alarmed; \"0s\" = never."`
	ClosedReply bool          `toml:"closed_reply" doc:"Tell who writes out of hours until when we are closed, at most once in 24 hours."`
	AskHelped   bool          `toml:"ask_helped" doc:"Ask in a private conversation, when it is closed, whether we helped: once per person in 30 days."`
}

// Store is [store].
type Store struct {
	Path string `toml:"path" doc:"The data file: all that webcare remembers. Keep it on a local disk."`
}

// HTTP is [http].
type HTTP struct {
	Listen string `toml:"listen" example:"127.0.0.1:8080" doc:"Where health, metrics and webhooks are served: 127.0.0.1 is this machine only; empty = nowhere."`
}

// Answer is [answer].
type Answer struct {
	Hold     Hold     `toml:"hold" doc:"How long an answer in a private conversation waits before it leaves, 0s to 60s: until then an edit changes it, deleting the message cancels it, and // in front makes it a note."`
	Approve  Approve  `toml:"approve" doc:"Who posts what others can read: \"anyone\", or \"other\" for somebody else than its writer."`
	OnUnsure OnUnsure `toml:"on_unsure" doc:"When nobody knows whether an answer arrived: \"ask\" the staff, \"resend\" it (perhaps twice) or \"drop\" it (perhaps never)."`
	Patterns []string `toml:"patterns" doc:"Regular expressions of what others must not read, such as order numbers: an answer in public that holds one asks first. E-mail addresses, phone numbers, IBANs and BSNs are found without."`
	Staff    []string `toml:"staff" doc:"Who may answer customers, by Slack id: people (U…) and user groups (S…); empty = everybody in the channel, but guests."`
	Names    []Named  `toml:"names" doc:"First names that customers see instead of those in the Slack profiles: [\"U012AB3CD = Sanne\"]."`
	Initials []Signed `toml:"initials" doc:"Initials below answers that others can read, where those of the Slack profiles will not do: [\"U012AB3CD = SB\"], one to three letters. Without, who has the same as somebody else gets a further letter, and the desk is told."`
}

// Compiled gives the patterns, which Parse has found to be right.
func (a *Answer) Compiled() []*regexp.Regexp {
	var all []*regexp.Regexp
	for _, p := range a.Patterns {
		if compiled, err := regexp.Compile(p); err == nil {
			all = append(all, compiled)
		}
	}
	return all
}

// Hours is [hours]: the service hours.
type Hours struct {
	Timezone Zone `toml:"timezone" doc:"The time zone of the staff, by its IANA name."`
	// Week and Days are in the words of nudge.ParseWeek and nudge.ParseDays.
	Week          []string   `toml:"week" example:"[\"mon-fri 09:00-17:30\", \"sat 10:00-16:00\"]" doc:"The hours of an ordinary week; empty = around the clock."`
	Holidays      Country    `toml:"holidays" example:"nl" doc:"\"nl\": closed on the public holidays of the Netherlands; empty = no holidays."`
	GoodFriday    bool       `toml:"good_friday" doc:"With \"nl\": closed on Good Friday as well."`
	LiberationDay Liberation `toml:"liberation_day" doc:"With \"nl\": closed on 5 May \"every year\", \"every five years\" (2025, 2030 …) or \"never\"."`
	Days          []string   `toml:"days" doc:"Dates with hours of their own: [\"2026-12-24 09:00-15:00\", \"2026-12-31 closed\"]. They go before holidays and week."`
}

// Nudge is [nudge]: who is reminded of customers that wait.
type Nudge struct {
	// Duty and Lead are Slack ids.
	Duty   string `toml:"duty" doc:"The Slack user group (S…) or person (U…) on duty; empty = none."`
	Lead   string `toml:"lead" doc:"The Slack person (U…) or user group (S…) in charge; empty = none."`
	Digest bool   `toml:"digest" doc:"Sum up in the channel what waits when the desk opens, and the day when it closes."`
	// Steps are in the order of After, at most 10. Where the file has none, they are the usual ones, as far as they
	// can reach anybody.
	Steps []Step `toml:"-"`
}

// Step is one [[nudge.step]].
type Step struct {
	// After is service time, more than 0 and at most 30 days.
	After time.Duration `toml:"after" doc:"how long the customer has been waiting, in service hours"`
	// To holds alternatives: each entry is one or more of claimer, duty and lead with | between them.
	To  []string `toml:"to" doc:"whom it reaches: all of claimer, duty and lead that are named; \"claimer|duty\" is the first of them that exists"`
	How How      `toml:"how" doc:"\"thread\", a reminder in the customer's thread, or \"direct\", a direct message"`
	// line is where it stands in the file; 0 = it does not.
	line int
}

// defaults is the config of an empty file.
func defaults(slack adapters.Settings) *Config {
	return &Config{
		Slack:  slack,
		Store:  Store{Path: "webcare.db"},
		Answer: Answer{Hold: Hold(10 * time.Second), Approve: Anyone, OnUnsure: Ask},
		Hours:  Hours{Timezone: home(), LiberationDay: EveryFiveYears},
		Nudge:  Nudge{Digest: true},
	}
}

// manner is that of an [[account]] that says nothing.
func manner() Manner { return Manner{Silence: 4 * time.Hour} }
