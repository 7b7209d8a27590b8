package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"webcare/adapters"
	"webcare/bot/config"
	"webcare/bot/conversation"
	"webcare/bot/nudge"
	"webcare/store"
)

// examineFor bounds `webcare check`.
const examineFor = time.Minute

// group is what was found about one part of the installation.
type group struct {
	name     string
	findings []adapters.Finding
}

// runCheck prints what is right and what is not.
func runCheck(ctx context.Context, c call) error {
	var noted []adapters.Finding // the store's warnings
	note := func(text string) { noted = append(noted, adapters.Finding{Level: adapters.Warn, Text: text}) }
	p, err := load(c.config, adapters.Env{Log: slog.New(warnings{note})})
	if err != nil {
		return err
	}
	count := map[string]int{}
	show := func(g group) { printGroup(c.out, g, count) }
	own := group{"config", []adapters.Finding{{Level: adapters.Fine, Text: c.config + " has no mistakes"}}}
	for _, w := range p.cfg.Warnings {
		own.findings = append(own.findings, adapters.Finding{Level: adapters.Warn, Text: w})
	}
	show(own)
	show(group{"service hours", p.hours(time.Now())})
	noted = nil // from here on it is the store that warns
	found := p.checkStore()
	show(group{"data file", append([]adapters.Finding{found}, noted...)})
	within, cancel := context.WithTimeout(ctx, examineFor)
	defer cancel()
	for g := range p.networks(within, true) {
		show(g)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "\n%s\n", verdict(count))
	if err == nil && count[adapters.Fail]+count[adapters.Down] > 0 {
		err = errSaid
	}
	return err
}

// hours tells in plain words when the desk answers, and each account that has hours of its own; and whether anybody hears
// of it when nobody does.
func (p *parts) hours(now time.Time) []adapters.Finding {
	found := []adapters.Finding{openness("", p.cfg.Hours.Service(config.Manner{}), now)}
	silence := false
	for _, a := range p.cfg.Accounts {
		if len(a.Manner.Week) > 0 || len(a.Manner.Days) > 0 {
			found = append(found, openness("account "+a.Name+": ", p.cfg.Hours.Service(a.Manner), now))
		}
		silence = silence || a.Manner.Silence > 0
	}
	if silence && p.cfg.Nudge.Lead == "" {
		found = append(found, adapters.Finding{Level: adapters.Warn, Text: "when an account falls silent only the channel is told, because there is no lead; " +
			"set lead below [nudge] in the config, or silence = \"0s\" below each [[account]]"})
	}
	return found
}

// openness tells whether it is open now, until when, and which day is the next to be closed out of the ordinary.
func openness(whose string, h nudge.Hours, now time.Time) adapters.Finding {
	now = now.In(h.Zone)
	opens, closes := h.Opens(now), h.Closes(now)
	text := whose
	switch {
	case h.Always():
		return adapters.Finding{Level: adapters.Fine, Text: text + "open around the clock"}
	case opens.IsZero():
		return adapters.Finding{Level: adapters.Warn, Text: text + "closed for the next 400 days and more, so nobody is reminded of anything; look at week and days in the config"}
	case closes.IsZero():
		return adapters.Finding{Level: adapters.Fine, Text: text + "open for the next 400 days and more"}
	case h.Open(now):
		text += "open now until " + clock(closes, now)
	case dayName(h, now) != "":
		text += "closed today, " + dayName(h, now) + ", until " + clock(opens, now)
	default:
		text += "closed now until " + clock(opens, now)
	}
	text += " (" + h.Zone.String() + ")"
	if day := closedDay(h, now); !day.IsZero() {
		text += "; next closed day: "
		if name := dayName(h, day); name != "" {
			text += name + ", "
		}
		text += day.Format("2 January")
	}
	return adapters.Finding{Level: adapters.Fine, Text: text}
}

// clock is a moment as it is said on the day of now.
func clock(t, now time.Time) string {
	if t.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return t.Format("15:04")
	}
	return t.Format("Monday 2 January 15:04")
}

// closedDay is noon of the next day, within a year, that is closed though its weekday is not; zero = none.
func closedDay(h nudge.Hours, now time.Time) time.Time {
	ordinary := nudge.Hours{Zone: h.Zone, Week: h.Week}
	for n := range 366 {
		at := func(days, hour int) time.Time {
			return time.Date(now.Year(), now.Month(), now.Day()+1+n+days, hour, 0, 0, 0, h.Zone)
		}
		if from, to := at(0, 0), at(1, 0); ordinary.Between(from, to) > 0 && h.Between(from, to) == 0 {
			return at(0, 12)
		}
	}
	return time.Time{}
}

// dayName is what the holiday of a day is called; "" where it is none.
func dayName(h nudge.Hours, day time.Time) string {
	switch h.Holiday(day) {
	case nudge.NewYear:
		return "New Year's Day"
	case nudge.GoodFriday:
		return "Good Friday"
	case nudge.Easter:
		return "Easter Sunday"
	case nudge.EasterMonday:
		return "Easter Monday"
	case nudge.KingsDay:
		return "King's Day"
	case nudge.LiberationDay:
		return "Liberation Day"
	case nudge.Ascension:
		return "Ascension Day"
	case nudge.WhitSunday:
		return "Whit Sunday"
	case nudge.WhitMonday:
		return "Whit Monday"
	case nudge.Christmas:
		return "Christmas Day"
	case nudge.BoxingDay:
		return "Boxing Day"
	}
	return ""
}

// verdict is the last line.
func verdict(count map[string]int) string {
	bad, down, warn := count[adapters.Fail], count[adapters.Down], count[adapters.Warn]
	switch {
	case bad == 1:
		return "One thing must be put right (✘) before webcare can work."
	case bad > 1:
		return fmt.Sprintf("%d things must be put right (✘) before webcare can work.", bad)
	case down > 0:
		return "Not everything could be asked (?). webcare would start and wait; check again later."
	case warn > 0:
		return "webcare can work; look at what is marked with !."
	}
	return "All is right: webcare can run."
}

// printGroup prints a heading and a line for each finding, and counts their levels.
func printGroup(w io.Writer, g group, count map[string]int) {
	fmt.Fprintln(w, g.name)
	for _, f := range g.findings {
		sign := "✔"
		switch f.Level {
		case adapters.Warn:
			sign = "!"
		case adapters.Fail:
			sign = "✘"
		case adapters.Down:
			sign = "?"
		}
		count[f.Level]++
		fmt.Fprintf(w, "  %s %s\n", sign, harmless(f.Text))
	}
}

// networks examines the desk and every account side by side and gives what was found in the order of the config.
func (p *parts) networks(ctx context.Context, live bool) iter.Seq[group] {
	return func(yield func(group) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		var wg sync.WaitGroup
		defer wg.Wait()
		desk := make(chan group, 1)
		wg.Go(func() {
			found := p.reminders(ctx, p.desk.Check(ctx, live))
			if live {
				found = p.signatures(ctx, found)
			}
			desk <- group{"Slack", found}
		})
		found := make([]chan group, len(p.accounts))
		for i, a := range p.accounts {
			found[i] = make(chan group, 1)
			wg.Go(func() {
				g := group{a.Label + " account " + a.Name, []adapters.Finding{{Level: adapters.Fine, Text: "its settings are right; there is nothing to ask from here"}}}
				if checker, is := a.Adapter.(adapters.Checker); is {
					g.findings = checker.Check(ctx)
				}
				found[i] <- g
			})
		}
		for _, ch := range append([]chan group{desk}, found...) {
			if !yield(<-ch) {
				cancel()
				return
			}
		}
	}
}

// serves says that Slack does, by what was found.
func serves(found []adapters.Finding) bool {
	return !slices.ContainsFunc(found, func(f adapters.Finding) bool { return f.Level == adapters.Fail || f.Level == adapters.Down })
}

// signatures adds to what was found in Slack who may answer, and whether they sign public answers alike.
func (p *parts) signatures(ctx context.Context, found []adapters.Finding) []adapters.Finding {
	if !serves(found) {
		return found
	}
	people, err := p.desk.Speakers(ctx)
	if err != nil {
		return append(found, adapters.Finding{Level: adapters.Down, Text: "who may answer could not be asked: " + err.Error()})
	}
	if len(people) == 0 {
		return append(found, adapters.Finding{Level: adapters.Warn, Text: "nobody may answer customers: invite full members of the workspace to the channel, or look at [answer] staff in the config"})
	}
	if alike, line := known(p.cfg.Answer).Clashes(people); len(alike) > 0 {
		return append(found, adapters.Finding{Level: adapters.Warn, Text: "some people have the same initials (" + strings.Join(alike, "; ") +
			"), so whoever is later to answer in public signs with others; to choose them, put this below [answer] in the config: " + line})
	}
	return append(found, adapters.Finding{Level: adapters.Fine, Text: fmt.Sprintf("those who may answer customers (%d in the channel) have initials of their own", len(people))})
}

// reminders adds to what was found in Slack whether those who are to be reminded are there; where Slack does not serve,
// nobody knows.
func (p *parts) reminders(ctx context.Context, found []adapters.Finding) []adapters.Finding {
	if !serves(found) {
		return found
	}
	for _, who := range []struct{ key, id string }{{"duty", p.cfg.Nudge.Duty}, {"lead", p.cfg.Nudge.Lead}} {
		if who.id != "" {
			found = append(found, p.reminded(ctx, who.key, who.id))
		}
	}
	return found
}

func (p *parts) reminded(ctx context.Context, key, id string) adapters.Finding {
	name := "[nudge] " + key + " (" + id + ")"
	if id[0] != 'S' {
		person, err := p.desk.Who(ctx, id)
		switch {
		case err != nil:
			return adapters.Finding{Level: adapters.Down, Text: name + " could not be looked up: " + err.Error()}
		case person.Name == "" || person.Why == conversation.Left:
			return adapters.Finding{Level: adapters.Fail, Text: name + ": nobody with this id is in the workspace; copy the id from a profile in Slack: ⋮, “Copy member ID”"}
		}
		return adapters.Finding{Level: adapters.Fine, Text: name + " is " + person.Name}
	}
	members, err := p.desk.Members(ctx, id)
	var no *adapters.SendError
	switch {
	case errors.As(err, &no) && no.Outcome == conversation.Refused:
		return adapters.Finding{Level: adapters.Fail, Text: name + ": there is no user group with this id, so nobody would be reminded; copy the id from the group in Slack: ⋮, “Copy group ID”"}
	case err != nil:
		return adapters.Finding{Level: adapters.Down, Text: name + " could not be looked up: " + err.Error()}
	case len(members) == 0:
		return adapters.Finding{Level: adapters.Warn, Text: name + " has no members, so nobody is reminded"}
	}
	return adapters.Finding{Level: adapters.Fine, Text: fmt.Sprintf("%s has %d in it", name, len(members))}
}

// checkStore looks at the data file, or at the place where it is to be.
func (p *parts) checkStore() adapters.Finding {
	path := p.cfg.Store.Path
	fine := func(text string) adapters.Finding { return adapters.Finding{Level: adapters.Fine, Text: path + text} }
	fail := func(err error) adapters.Finding { return adapters.Finding{Level: adapters.Fail, Text: err.Error()} }
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		probe, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".check-*")
		if err != nil {
			return fail(storeTrouble(path, err))
		}
		if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
			return fail(storeTrouble(path, err))
		}
		return fine(" does not exist yet; it is made at the first start")
	}
	if p.running() {
		return fine(" is in use by the webcare that runs now")
	}
	err := p.open()
	if errors.Is(err, store.ErrInUse) {
		return fine(" is in use by another webcare")
	}
	if err == nil {
		err = p.store.Close()
	}
	if err != nil {
		return fail(err)
	}
	return fine(" can be read and written")
}
