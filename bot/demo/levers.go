package demo

import (
	"fmt"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	slack "webcare/adapters/slack/sim"
	telegram "webcare/adapters/telegram/sim"
)

// slowBy is how much longer every call takes while all is slow.
const slowBy = 3 * time.Second

// levers break the networks. The zero state is that everything works.
type levers struct {
	slack        *slack.Sim
	telegram     *telegram.Sim
	slackDoor    *door
	telegramDoor *door
	ring         func()

	mu sync.Mutex
	is leverState
}

// leverState is what the page shows of the levers.
type leverState struct {
	SlackDown    bool `json:"slackDown"`
	TelegramDown bool `json:"telegramDown"`
	Slow         bool `json:"slow"`
	// LoseSlack and LoseTelegram: the next answer to a post or send gets lost after it was carried out.
	LoseSlack    bool `json:"loseSlack"`
	LoseTelegram bool `json:"loseTelegram"`
}

func (l *levers) state() leverState {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.is
}

// set moves a lever.
func (l *levers) set(name string, on bool) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.ring()
	switch name {
	case "slackDown":
		l.is.SlackDown = on
		l.slack.Down(on)
		return l.slackDoor.move(on)
	case "telegramDown":
		l.is.TelegramDown = on
		l.telegram.Down(on)
		return l.telegramDoor.move(on)
	case "slow":
		l.is.Slow = on
		by := time.Duration(0)
		if on {
			by = slowBy
		}
		l.slack.Slow(by)
		l.telegram.Slow(by)
	case "loseSlack":
		l.is.LoseSlack = on
	case "loseTelegram":
		l.is.LoseTelegram = on
	default:
		return fmt.Errorf("there is no lever %q", name)
	}
	return nil
}

// slackGate stands before the Slack sim and loses the answer that it was told to lose.
func (l *levers) slackGate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch method := path.Base(r.URL.Path); method {
		case "chat.postMessage", "files.completeUploadExternal":
			if l.take(func(s *leverState) *bool { return &s.LoseSlack }) {
				l.slack.Fail(slack.Fault{Method: method, Kind: slack.DropAfter})
			}
		}
		next.ServeHTTP(w, r)
	})
}

// telegramGate does the same before the Telegram sim.
func (l *levers) telegramGate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		method := path.Base(r.URL.Path)
		if strings.HasPrefix(method, "send") && method != "sendChatAction" {
			if l.take(func(s *leverState) *bool { return &s.LoseTelegram }) {
				l.telegram.Fail(telegram.Rule{Method: method, Fault: telegram.DropAfter})
			}
		}
		next.ServeHTTP(w, r)
	})
}

// take uses up a lever that works once.
func (l *levers) take(which func(*leverState) *bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := which(&l.is)
	was := *p
	*p = false
	if was {
		l.ring()
	}
	return was
}
