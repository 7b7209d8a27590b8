package slack

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode"

	slackgo "github.com/slack-go/slack"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// personAge is how long we believe what Slack said of a person. user_change makes us ask sooner.
const personAge = 5 * time.Minute

// personAging is when somebody who is heard of is asked about again.
const personAging = 4 * time.Minute

// someone stands for a person, a group or a channel whose name is not known.
const someone = conversation.NoName

// maxMembers is how many members of a user group are named.
const maxMembers = 20

// people remembers persons.
type people struct {
	mu    sync.Mutex
	known map[string]remembered
	gen   int // the latest that was given out
}

// remembered is a person, empty until Slack has answered for the first time.
type remembered struct {
	person conversation.Person
	at     time.Time
	gen    int // another one whenever Slack says that the person changed
}

// maxPeople bounds the memory; beyond it everything is asked again.
const maxPeople = 10000

// generation is read before Slack is asked, for put.
func (p *people) generation(id string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r, ok := p.known[id]; ok {
		return r.gen
	}
	if p.known == nil || len(p.known) > maxPeople {
		p.known = map[string]remembered{}
	}
	p.gen++
	p.known[id] = remembered{gen: p.gen}
	return p.gen
}

// put takes over what Slack said, unless the person changed while it was asked.
func (p *people) put(gen int, at time.Time, who conversation.Person) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r, ok := p.known[who.ID]; !ok || r.gen != gen {
		return false
	}
	p.known[who.ID] = remembered{who, at, gen}
	return true
}

func (p *people) forget(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r, ok := p.known[id]; ok {
		p.gen++
		r.at, r.gen = time.Time{}, p.gen
		p.known[id] = r
	}
}

func (p *people) get(id string) (remembered, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, ok := p.known[id]
	return r, ok
}

// name is what a mention of the person shows, however old the memory.
func (p *people) name(id string) string {
	if r, ok := p.get(id); ok && r.person.Name != "" {
		return r.person.Name
	}
	return someone
}

// colleague says whether a folded name is one that a colleague goes by.
func (p *people) colleague(folded string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range p.known {
		if r.person.MaySpeak && fold(r.person.Name) == folded {
			return true
		}
	}
	return false
}

// robot says whether somebody is known to be no person, however old the memory.
func (p *people) robot(id string) bool {
	r, ok := p.get(id)
	return ok && r.person.Why == conversation.Robot
}

// Known tells who somebody is from memory; false where Slack must be asked. Of somebody with another team behind their
// id (see writer) nothing needs to be asked.
func (d *Desk) Known(id string) (conversation.Person, bool) {
	if id, _, foreign := strings.Cut(id, "@"); foreign {
		return conversation.Person{ID: id, Why: conversation.Stranger}, true
	}
	r, ok := d.people.get(id)
	if !ok || time.Since(r.at) >= personAge {
		return conversation.Person{}, false
	}
	p, ok := d.staff.judge(r.person)
	if ok && (time.Since(r.at) >= personAging || d.staff.old(personAging)) {
		select {
		case d.staff.aging <- id:
		default: // so many wait that it is left until it must be
		}
	}
	return p, ok
}

// account is what is read of a user. Source: the user object on docs.slack.dev.
type account struct {
	ID         lax  `json:"id"`
	TeamID     lax  `json:"team_id"`
	Name       lax  `json:"name"`
	RealName   lax  `json:"real_name"`
	Deleted    flag `json:"deleted"`
	Bot        flag `json:"is_bot"`
	AppUser    flag `json:"is_app_user"`
	Connector  flag `json:"is_connector_bot"`
	Workflow   flag `json:"is_workflow_bot"`
	Restricted flag `json:"is_restricted"`
	Ultra      flag `json:"is_ultra_restricted"`
	Stranger   flag `json:"is_stranger"`
	Profile    struct {
		First   lax `json:"first_name"`
		Last    lax `json:"last_name"`
		Display lax `json:"display_name"`
		Real    lax `json:"real_name"`
		Photo   lax `json:"image_192"`
		Large   lax `json:"image_original"`
	} `json:"profile"`
	Enterprise struct {
		Teams []lax `json:"teams"`
	} `json:"enterprise_user"`
}

// Who asks Slack. An error means that Slack could not be asked; where it was and knows nothing of the person, that is
// an answer.
func (d *Desk) Who(ctx context.Context, id string) (conversation.Person, error) {
	if p, ok := d.Known(id); ok {
		return p, nil
	}
	h, err := d.where(ctx)
	if err != nil {
		return conversation.Person{}, err
	}
	if r, ok := d.people.get(id); ok && time.Since(r.at) < personAge {
		return d.mayAnswer(ctx, h, r.person)
	}
	p, err := d.person(ctx, h, id)
	if err != nil {
		return conversation.Person{}, err
	}
	return d.mayAnswer(ctx, h, p)
}

// person asks who somebody is, and keeps it; again where that changed meanwhile.
func (d *Desk) person(ctx context.Context, h *home, id string) (conversation.Person, error) {
	for range 3 {
		gen, at := d.people.generation(id), time.Now()
		who, err := d.lookUp(ctx, h, id)
		if err != nil || d.people.put(gen, at, who) {
			return who, err
		}
	}
	return conversation.Person{}, &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Busy, Err: errChanging}
}

func (d *Desk) lookUp(ctx context.Context, h *home, id string) (conversation.Person, error) {
	var got struct {
		User account `json:"user"`
	}
	err := d.ask(ctx, method{name: "users.info", direct: true}, &got, func(ctx context.Context, api *slackgo.Client) error {
		_, err := api.GetUserInfoContext(ctx, id)
		return err
	})
	switch {
	case code(err) == "user_not_found" || code(err) == "user_not_visible":
		return conversation.Person{ID: id, Why: conversation.Stranger}, nil
	case unknown(err):
		return conversation.Person{ID: id, Why: conversation.Unknown}, nil
	case err != nil:
		return conversation.Person{}, err
	}
	got.User.ID = lax(id)
	return got.User.person(h.team), nil
}

// refused: Slack said clearly no.
func refused(err error) bool {
	e, ok := errors.AsType[*adapters.SendError](err)
	return ok && e.Outcome == conversation.Refused
}

// unknown: Slack said clearly no, and for this person alone.
func unknown(err error) bool {
	v, _ := meaning(code(err))
	return refused(err) && !v.whole
}

// errChanging: people come, go and change faster than Slack can be asked.
var errChanging = errors.New("who may answer changes all the time")

// person applies the rules of who may speak: full members of the desk's own team, nobody else.
func (a account) person(team string) conversation.Person {
	first := firstOf(string(a.Profile.First), string(a.Profile.Display), string(a.Profile.Real), string(a.RealName), string(a.Name))
	full := string(a.Profile.Real)
	if full == "" {
		full = string(a.RealName)
	}
	if full == "" {
		full = first
	}
	p := conversation.Person{ID: string(a.ID), Name: first, Initials: initials(full), Photo: photo(string(a.Profile.Photo), string(a.Profile.Large))}
	ours := string(a.TeamID) == team
	for _, t := range a.Enterprise.Teams {
		ours = ours || string(t) == team
	}
	switch {
	case bool(a.Bot || a.AppUser || a.Connector || a.Workflow) || a.ID == "USLACK" || a.ID == "USLACKBOT":
		p.Why = conversation.Robot
	case !ours || bool(a.Stranger):
		p.Why = conversation.Stranger
	case bool(a.Restricted || a.Ultra):
		p.Why = conversation.Guest
	case bool(a.Deleted):
		p.Why = conversation.Left
	default:
		p.MaySpeak = true
	}
	return p
}

// maxPhoto is how long the address of a photo may be, in bytes.
const maxPhoto = 500

// photo is the first address that anybody can open without a token: those are on Slack's hosts for avatars, and on that
// of Gravatar, which Slack uses for who has uploaded none. Source: the image fields of the user object on docs.slack.dev.
func photo(all ...string) string {
	for _, at := range all {
		u, err := url.Parse(at)
		if err != nil || len(at) > maxPhoto || u.Scheme != "https" || u.User != nil || clean(at) != at {
			continue
		}
		switch strings.ToLower(u.Host) {
		case "avatars.slack-edge.com", "a.slack-edge.com", "secure.gravatar.com":
			return at
		}
	}
	return ""
}

// firstOf gives the profile's first name as it is, else the first word of the first name that is not empty.
func firstOf(first string, others ...string) string {
	if first = label(first); first != "" {
		return cut(first, maxName)
	}
	for _, s := range others {
		for word := range strings.FieldsSeq(strings.TrimLeft(label(s), "@")) {
			return cut(word, maxName)
		}
	}
	return ""
}

// initials takes the first letter of the first and last word, and of a word in between where it is a capital; at most
// three.
func initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '\'' && r != '’' })
	var out []rune
	for i, w := range words {
		r := []rune(strings.TrimLeft(w, "'’"))
		if len(r) == 0 {
			continue
		}
		if i == 0 || i == len(words)-1 || (unicode.IsUpper(r[0]) && len(out) < 2) {
			out = append(out, unicode.ToUpper(r[0]))
		}
	}
	if len(out) > 3 {
		out = append(out[:2], out[len(out)-1])
	}
	return string(out)
}

// Members lists the people of a user group, at most 20.
func (d *Desk) Members(ctx context.Context, group string) ([]string, error) {
	all, err := d.group(ctx, group)
	return all[:min(len(all), maxMembers)], err
}

// group lists all the people of a user group.
func (d *Desk) group(ctx context.Context, id string) ([]string, error) {
	var got struct {
		Users []lax `json:"users"`
	}
	err := d.ask(ctx, method{name: "usergroups.users.list", direct: true}, &got, func(ctx context.Context, api *slackgo.Client) error {
		_, err := api.GetUserGroupMembersContext(ctx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, u := range got.Users {
		ids = append(ids, string(u))
	}
	return ids, nil
}
