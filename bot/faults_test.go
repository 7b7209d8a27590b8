package bot_test

import (
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"
	"time"
)

// hop is a way between the bot and somebody else.
type hop struct {
	name string
	// not says why a kind of fault cannot happen there.
	not map[mishap]string
	// arm has the next things that pass there go wrong, and returns how many did, how many answers must be
	// uncertain, and how many more may be.
	arm func(p *parish, kind mishap) (hits, unsure, perhaps func() int)
	// looseIn and looseOut say in the face of which kinds no order can be kept on the way to the desk and to the customers,
	// and why.
	looseIn, looseOut map[mishap]string
	// stir is done before each round.
	stir func(p *parish, kind mishap)
}

// mishaps are all kinds of fault.
var mishaps = []mishap{
	hangs, hangsAfter, resetUnread, resetBefore, resetAfter, brokenAfter, busyFor, busyBare, truncated, webPage, drips, tooLong, tooShort,
	doubled, reversed, lateLook,
}

const (
	answersOnly = "what comes here is the answer to a call, and belongs to it"
	noLookUp    = "nothing is looked up here"
	noStatus    = "a frame has no status"
	neverBusy   = "webcare tells nobody to come later by a 429"
)

// none is the reasons of a hop where calls are made and nothing is looked up.
func none(more map[mishap]string) map[mishap]string {
	out := map[mishap]string{doubled: answersOnly, reversed: answersOnly, lateLook: noLookUp}
	for kind, why := range more {
		if out[kind] = why; why == "" {
			delete(out, kind)
		}
	}
	return out
}

// calling matches calls of methods, by the last part of the path.
func calling(methods ...string) func(*http.Request) bool {
	return func(r *http.Request) bool { return slices.Contains(methods, path.Base(r.URL.Path)) }
}

func slackBusy(int) string { return `{"ok":false,"error":"ratelimited"}` }

func telegramBusy(seconds int) string {
	if seconds == 0 {
		return `{"ok":false,"error_code":429,"description":"Too Many Requests"}`
	}
	return fmt.Sprintf(`{"ok":false,"error_code":429,"description":"Too Many Requests: retry after %d","parameters":{"retry_after":%d}}`, seconds, seconds)
}

// spoiled is a hop whose calls go through a spoiler. asks: an answer whose fate is unknown is put before a person.
func spoiled(by func(*parish) *spoiler, x spoil, asks bool) func(*parish, mishap) (hits, unsure, perhaps func() int) {
	return func(p *parish, kind mishap) (hits, unsure, perhaps func() int) {
		at := by(p)
		one := x
		one.kind, one.left = kind, 3
		mine := at.add(&one)
		p.w.t.Cleanup(func() {
			if len(mine.early) > 0 {
				p.w.t.Errorf("calls came before the time that Retry-After said, by %v", mine.early)
			}
		})
		return func() int { at.mu.Lock(); defer at.mu.Unlock(); return mine.hits }, func() int {
				if !asks {
					return 0
				}
				return mine.unsure
			}, func() int {
				if !asks {
					return 0
				}
				return mine.perhaps
			}
	}
}

func toSlack(p *parish) *spoiler    { return p.slack }
func toTelegram(p *parish) *spoiler { return p.telegram }
func toCRM(p *parish) *spoiler      { return p.crm }

func nobody() int { return 0 }

func hops() []hop {
	return []hop{
		{
			name: "Telegram getUpdates", not: none(map[mishap]string{doubled: "", reversed: ""}),
			arm: func(p *parish, kind mishap) (hits, unsure, perhaps func() int) {
				if kind == doubled || kind == reversed {
					p.w.telegram.Duplicate(kind == doubled)
					p.w.telegram.Reverse(kind == reversed)
					return p.w.telegram.Odd, nobody, nobody
				}
				return spoiled(toTelegram, spoil{match: calling("getUpdates"), busy: telegramBusy, page: 200}, false)(p, kind)
			},
			stir: func(p *parish, kind mishap) {
				if kind == doubled || kind == reversed {
					p.burst(0)
				}
			},
		},
		{
			name: "Telegram sendMessage", not: none(nil),
			arm: spoiled(toTelegram, spoil{match: calling("sendMessage"), busy: telegramBusy, page: 200}, true),
		},
		{
			name: "Slack chat.postMessage", not: none(nil),
			arm: spoiled(toSlack, spoil{match: calling("chat.postMessage"), busy: slackBusy, page: 200}, false),
		},
		{
			name: "Slack look-ups", not: none(map[mishap]string{lateLook: ""}),
			arm: func(p *parish, kind mishap) (hits, unsure, perhaps func() int) {
				spoiled(toSlack, spoil{match: calling("chat.postMessage"), busy: slackBusy, page: 200}, false)(p, resetAfter)
				return spoiled(toSlack, spoil{match: calling("conversations.history", "conversations.replies"), busy: slackBusy, page: 200}, false)(p, kind)
			},
		},
		{
			name: "Slack socket, opening", not: none(nil),
			arm:  spoiled(toSlack, spoil{match: calling("apps.connections.open", "link"), busy: slackBusy, page: 200}, false),
			stir: func(p *parish, _ mishap) { p.w.slack.CutSockets() },
		},
		{
			name: "Slack socket, frames", looseOut: map[mishap]string{hangs: "Slack sends again what no socket took a minute later, behind what it has sent meanwhile"},
			not: map[mishap]string{brokenAfter: noStatus, busyFor: noStatus, busyBare: noStatus, lateLook: noLookUp},
			arm: func(p *parish, kind mishap) (hits, unsure, perhaps func() int) {
				switch kind {
				case doubled:
					p.w.slack.Duplicate(20)
					return p.w.slack.Odd, nobody, nobody
				case reversed:
					return p.w.slack.Odd, nobody, nobody
				}
				p.frames.brew(kind, 3)
				return p.frames.count, nobody, nobody
			},
			stir: func(p *parish, kind mishap) {
				if kind == reversed {
					p.w.slack.Reorder(4)
				}
			},
		},
		{
			name: "webhook in", looseIn: map[mishap]string{reversed: "a request that comes first is the first"}, not: map[mishap]string{busyFor: neverBusy, busyBare: neverBusy, lateLook: noLookUp},
			arm: func(p *parish, kind mishap) (hits, unsure, perhaps func() int) {
				p.peer.brew(kind, 4)
				return p.peer.count, nobody, nobody
			},
		},
		{
			name: "webhook out", not: none(nil), // 2xx means taken, whatever else it says
			arm: spoiled(toCRM, spoil{match: func(*http.Request) bool { return true }, busy: func(int) string { return `{}` }, page: 502}, false),
		},
	}
}

// TestNetworkFaults has each kind of fault happen on each hop while customers write and staff answer. In the end all of it
// is there, once, in its place and in order; where nobody can know whether an answer arrived, and nobody can be asked, it
// is put before a person, and nothing else is; and at no time does staff read that something was sent that was not.
func TestNetworkFaults(t *testing.T) {
	cell := 0
	for _, h := range hops() {
		for _, kind := range mishaps {
			if cell++; (underRace || testing.Short()) && cell%11 > 0 { // prime to the number of kinds, so that all come
				continue
			}
			t.Run(h.name+"/"+string(kind), func(t *testing.T) {
				t.Parallel()
				if why, is := h.not[kind]; is {
					t.Logf("it does not apply: %s", why)
					return
				}
				// What is typed is held for a moment: staff's two sockets keep no order between them.
				inParish(t, 3, 2, func(w *world) { w.hold = 10 * time.Second }, func(t *testing.T, p *parish) { playFault(t, p, h, kind) })
			})
		}
	}
}

func playFault(t *testing.T, p *parish, h hop, kind mishap) {
	round := func() {
		for i := range p.people {
			p.writes(i)
			p.passes(700 * time.Millisecond)
			p.answers(i)
			p.passes(500 * time.Millisecond)
			p.answers(i)
		}
		p.passes(15 * time.Second)
	}
	round()
	p.passes(time.Minute)
	hits, unsure, perhaps := h.arm(p, kind)
	for range 5 {
		if h.stir != nil {
			h.stir(p, kind)
		}
		round()
	}
	p.passes(2 * time.Minute)
	for _, s := range []*spoiler{p.slack, p.telegram, p.crm} {
		s.heal()
	}
	p.w.slack.Heal()
	p.w.telegram.Heal()
	p.passes(8 * time.Minute)
	if hits() == 0 {
		t.Error("nothing went wrong")
	}
	told := append(p.w.announced(), p.w.direct("U0LEAD001")...)
	t.Logf("%d faults, %d doubts, %d notices in threads; people were told %q", hits(), unsure(), p.notices(), told)
	unread := 0
	for _, text := range told {
		if strings.Contains(text, "that cannot be read") {
			unread++
		}
	}
	if kind != webPage && unread > 0 || unread > hits() || len(told) > unread {
		t.Errorf("people were told %q", told)
	}
	if n, most := p.notices(), len(p.asked("❓", "Send again"))+len(p.asked("⏳", "Send anyway")); n > most {
		t.Errorf("%d notices in threads, and staff are asked %d questions", n, most)
	}
	p.judge(unsure(), unsure()+perhaps(), h.looseIn[kind] != "", h.looseOut[kind] != "")
}
