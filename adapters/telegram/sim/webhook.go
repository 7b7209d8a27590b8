package sim

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// hook is the webhook and its deliveries. The Sim's lock guards it.
type hook struct {
	url, secret string
	max         int
	wake        chan struct{}
	stop        context.CancelFunc
	busy        map[int64]bool // chats with a delivery under way: one after the other within a chat
	lastError   string
	lastErrorAt int64
}

// WebhookSecret is the header that proves that a delivery comes from the sim.
const WebhookSecret = "X-Telegram-Bot-Api-Secret-Token"

var secretForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

// setWebhook is https://core.telegram.org/bots/api#setwebhook. Unlike the real server it takes only addresses of this
// machine, and http as well as https.
func (s *Sim) setWebhook(p *params) (any, *apiError) {
	target := p.str("url")
	if target == "" {
		return s.deleteWebhook(p)
	}
	u, err := url.Parse(target)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, badf("bad webhook: invalid URL")
	}
	if !loopback(u.Hostname()) {
		return nil, badf("bad webhook: this simulator delivers to this machine only")
	}
	if secret := p.str("secret_token"); secret != "" && !secretForm.MatchString(secret) {
		return nil, badf("secret token contains unallowed characters")
	}
	if list, ok := p.strings("allowed_updates"); ok {
		s.queue.allow(list)
	}
	if p.bool("drop_pending_updates") {
		s.queue.waiting = nil
	}
	s.stopHook()
	s.hook.url, s.hook.secret = target, p.str("secret_token")
	s.hook.max = p.int("max_connections")
	if s.hook.max < 1 || s.hook.max > 100 {
		s.hook.max = 40
	}
	s.hook.busy = map[int64]bool{}
	if s.queue.poller != nil {
		close(s.queue.poller)
		s.queue.poller = nil
	}
	ctx, stop := context.WithCancel(s.ctx)
	s.hook.stop = stop
	s.work.Go(func() { s.deliver(ctx) })
	return true, nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func (s *Sim) deleteWebhook(p *params) (any, *apiError) {
	s.stopHook()
	s.hook.url, s.hook.secret = "", ""
	if p.bool("drop_pending_updates") {
		s.queue.waiting = nil
	}
	return true, nil
}

func (s *Sim) stopHook() {
	if s.hook.stop != nil {
		s.hook.stop()
		s.hook.stop = nil
	}
}

type webhookInfo struct {
	URL                  string   `json:"url"`
	HasCustomCertificate bool     `json:"has_custom_certificate"`
	PendingUpdateCount   int      `json:"pending_update_count"`
	LastErrorDate        int64    `json:"last_error_date,omitempty"`
	LastErrorMessage     string   `json:"last_error_message,omitempty"`
	MaxConnections       int      `json:"max_connections,omitempty"`
	AllowedUpdates       []string `json:"allowed_updates,omitempty"`
}

func (s *Sim) getWebhookInfo(*params) (any, *apiError) {
	s.queue.expire()
	return webhookInfo{
		URL: s.hook.url, PendingUpdateCount: len(s.queue.waiting), LastErrorDate: s.hook.lastErrorAt,
		LastErrorMessage: s.hook.lastError, MaxConnections: s.hook.max, AllowedUpdates: s.queue.allowed,
	}, nil
}

// wakeHook tells the deliveries that something changed. The lock is held.
func (s *Sim) wakeHook() {
	select {
	case s.hook.wake <- struct{}{}:
	default:
	}
}

// deliver hands updates to the webhook until ctx ends: chats side by side, within a chat one after the other.
func (s *Sim) deliver(ctx context.Context) {
	for {
		s.mu.Lock()
		s.queue.expire()
		for _, u := range s.queue.waiting {
			if ctx.Err() != nil || len(s.hook.busy) >= s.hook.max {
				break
			}
			if s.hook.busy[u.chat] {
				continue
			}
			s.hook.busy[u.chat] = true
			target, secret, busy := s.hook.url, s.hook.secret, s.hook.busy
			s.work.Go(func() { s.hand(ctx, u, target, secret, busy) })
		}
		s.mu.Unlock()
		select {
		case <-s.hook.wake:
		case <-ctx.Done():
			return
		}
	}
}

// hand delivers one update, again and again until it is taken or expires: at once, then after 2, 4, 8 … 60 s, or when
// Retry-After says so.
func (s *Sim) hand(ctx context.Context, u *update, target, secret string, busy map[int64]bool) {
	defer func() {
		s.mu.Lock()
		delete(busy, u.chat)
		s.wakeHook()
		s.mu.Unlock()
	}()
	pause := time.Duration(0)
	for try := 0; ctx.Err() == nil && time.Now().Before(u.expires); try++ {
		wait(ctx, pause)
		after, problem := post(ctx, u, target, secret)
		if ctx.Err() != nil {
			return
		}
		s.mu.Lock()
		if problem == "" {
			s.queue.waiting = slices.DeleteFunc(s.queue.waiting, func(w *update) bool { return w == u })
			s.mu.Unlock()
			return
		}
		s.hook.lastError, s.hook.lastErrorAt = problem, now()
		s.mu.Unlock()
		pause = min(time.Second<<min(try+1, 6), time.Minute)
		if try == 0 {
			pause = 0
		}
		if after > 0 {
			pause = min(after, time.Hour)
		}
	}
}

// post makes one delivery; a problem is told in the words of getWebhookInfo, empty = the update was taken.
func post(ctx context.Context, u *update, target, secret string) (after time.Duration, problem string) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(u.raw))
	if err != nil {
		return 0, "Wrong URL"
	}
	req.Header.Set("Content-Type", "application/json")
	if secret != "" {
		req.Header.Set(WebhookSecret, secret)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		return 0, "Connection failed: " + strings.ReplaceAll(err.Error(), target, "the webhook")
	}
	_ = res.Body.Close()
	if res.StatusCode/100 == 2 {
		return 0, ""
	}
	sec, _ := strconv.Atoi(res.Header.Get("Retry-After"))
	return time.Duration(sec) * time.Second, "Wrong response from the webhook: " + res.Status
}
