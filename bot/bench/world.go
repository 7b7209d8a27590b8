package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
)

// world is the outside of one subject: Slack and Telegram on the loopback, each call longer by a round trip of which
// one half lies before the act and one behind it, and each frame of a socket later by one half. It notes when which numbered message came to be.
type world struct {
	slack    *slacksim.Sim
	telegram *telegramsim.Sim
	task     task
	servers  []*http.Server
	rtt      time.Duration

	mu       sync.Mutex
	written  map[string]time.Time
	arrived  []arrival
	there    map[string]bool
	statuses map[string]int // "chat.postMessage 429"
}

// arrival is one numbered message in one place.
type arrival struct {
	number string
	place  string // a thread's root, or a chat
	at     time.Time
}

const (
	staffID = "U0STAFF01"
	botID   = "U0SIM"
)

// newWorld makes a world. Late acknowledgements are counted as lost events where redeliver is false.
func newWorld(rtt time.Duration, redeliver bool) (*world, error) {
	w := &world{rtt: rtt, written: map[string]time.Time{}, there: map[string]bool{}, statuses: map[string]int{}}
	slackAt, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	telegramAt, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, slackAt.Close())
	}
	w.task.slackURL, w.task.telegramURL = "http://"+slackAt.Addr().String(), "http://"+telegramAt.Addr().String()
	o := slacksim.Options{BotToken: slackToken, AppToken: socketToken, BaseURL: func() string { return w.task.slackURL }}
	if !redeliver {
		o.RetryAfter = []time.Duration{}
	}
	w.slack = slacksim.New(o)
	w.slack.AddUser(slacksim.User{ID: staffID, Name: "sanne", RealName: "Sanne Bakker", FirstName: "Sanne"})
	w.slack.AddChannel(slacksim.Channel{ID: deskChannel, Name: deskName, Members: []string{botID, staffID}})
	w.telegram = telegramsim.New(telegramsim.Options{Token: telegramToken, BaseURL: w.task.telegramURL})
	w.serve(slackAt, w.over(w.slack, w.slackArrival))
	w.serve(telegramAt, w.over(w.telegram, w.telegramArrival))
	return w, nil
}

func (w *world) serve(l net.Listener, h http.Handler) {
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	w.servers = append(w.servers, s)
	go func() { _ = s.Serve(l) }()
}

func (w *world) close() {
	for _, s := range w.servers {
		_ = s.Close()
	}
	_ = w.slack.Close()
	w.telegram.Close()
}

// over puts latency and notes around a simulated API.
func (w *world) over(next http.Handler, note func(method string, request, answer []byte, at time.Time)) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/link/") {
			next.ServeHTTP(lagging{rw, w.rtt / 2}, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil || pause(r.Context(), w.rtt/2) != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		at := time.Now()
		answer := &held{header: http.Header{}, status: http.StatusOK}
		next.ServeHTTP(answer, r)
		method := path.Base(r.URL.Path)
		w.mu.Lock()
		w.statuses[fmt.Sprint(method, " ", answer.status)]++
		w.mu.Unlock()
		if answer.status == http.StatusOK {
			note(method, body, answer.body.Bytes(), at)
		}
		if pause(r.Context(), w.rtt/2) != nil {
			return
		}
		maps.Copy(rw.Header(), answer.header)
		rw.WriteHeader(answer.status)
		_, _ = rw.Write(answer.body.Bytes())
	})
}

// held is an answer that has not left yet.
type held struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (h *held) Header() http.Header         { return h.header }
func (h *held) WriteHeader(status int)      { h.status = status }
func (h *held) Write(b []byte) (int, error) { return h.body.Write(b) }

var numbered = regexp.MustCompile(`[aq]\d{5}x\d{4}`)

// numbers lists each numbered message in a text once.
func numbers(text string) []string {
	var all []string
	for _, s := range numbered.FindAllString(text, -1) {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

func (w *world) slackArrival(method string, request, answer []byte, at time.Time) {
	if method != "chat.postMessage" {
		return
	}
	form, err := url.ParseQuery(string(request))
	if err != nil {
		return
	}
	place := form.Get("thread_ts")
	if place == "" {
		var got struct {
			TS string `json:"ts"`
		}
		if json.Unmarshal(answer, &got) != nil || got.TS == "" {
			return
		}
		place = got.TS
	}
	w.arrive(numbers(form.Get("text")+form.Get("blocks")), place, at)
}

func (w *world) telegramArrival(method string, request, answer []byte, at time.Time) {
	if method != "sendMessage" {
		return
	}
	var got struct {
		Result struct {
			Chat struct {
				ID int64 `json:"id"`
			} `json:"chat"`
		} `json:"result"`
	}
	if json.Unmarshal(answer, &got) == nil && got.Result.Chat.ID != 0 {
		w.arrive(numbers(string(request)), fmt.Sprint(got.Result.Chat.ID), at)
	}
}

func (w *world) arrive(numbers []string, place string, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, n := range numbers {
		w.arrived = append(w.arrived, arrival{n, place, at})
		w.there[n] = true
	}
}

// status is how many calls of a method got a status.
func (w *world) status(method string, status int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.statuses[fmt.Sprint(method, " ", status)]
}
