package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	telegram "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	slackgo "github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"
)

// pair is the program that a team would write instead: one ordered queue per conversation, parallel between
// conversations. Without a journal it is floor A and keeps everything in memory; with one it is floor E.
type pair struct {
	task
	slack    *slackgo.Client
	telegram *telegram.Bot
	journal  *journal
	queues   keyed

	mu      sync.Mutex
	threads map[int64]string
	chats   map[string]int64
}

// runFloor runs floor A, or E with a journal, until ctx ends.
func runFloor(ctx context.Context, t task, durable bool) error {
	p := &pair{task: t, queues: newKeyed(64), threads: map[int64]string{}, chats: map[string]int64{}}
	over := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	p.slack = slackgo.New(slackToken, slackgo.OptionAppLevelToken(socketToken), slackgo.OptionAPIURL(t.slackURL+"/api/"), slackgo.OptionHTTPClient(over))
	var polls telegram.HttpClient = &http.Client{Transport: over.Transport, Timeout: time.Minute}
	last := int64(0)
	if durable {
		j, err := openJournal(ctx, t.dir+"/journal.db")
		if err != nil {
			return err
		}
		defer j.close()
		p.journal = j
		if last, err = j.load(p); err != nil {
			return err
		}
		polls = &storedPolls{HttpClient: polls, journal: j}
	}
	var err error
	p.telegram, err = telegram.New(telegramToken, telegram.WithServerURL(t.telegramURL), telegram.WithHTTPClient(time.Minute, polls),
		telegram.WithNotAsyncHandlers(), telegram.WithInitialOffset(last), telegram.WithErrorsHandler(func(error) {}), telegram.WithSkipGetMe(),
		telegram.WithDefaultHandler(func(ctx context.Context, _ *telegram.Bot, u *models.Update) { p.heard(ctx, u) }))
	if err != nil {
		return err
	}
	if p.journal != nil {
		if err := p.journal.replay(ctx, p); err != nil {
			return err
		}
	}
	var wg sync.WaitGroup
	wg.Go(func() { p.listen(ctx) })
	p.telegram.Start(ctx)
	wg.Wait()
	return nil
}

// heard puts what a customer wrote in the queue of its conversation.
func (p *pair) heard(ctx context.Context, u *models.Update) {
	if u.Message == nil || u.Message.Text == "" || u.Message.Text == "/start" {
		return
	}
	chat := u.Message.Chat.ID
	p.queues.do(strconv.FormatInt(chat, 10), func() { p.post(ctx, u.ID, chat, u.Message.From.FirstName, u.Message.Text) })
}

// post carries a customer's message to Slack.
func (p *pair) post(ctx context.Context, update, chat int64, name, text string) {
	p.mu.Lock()
	thread := p.threads[chat]
	p.mu.Unlock()
	options := []slackgo.MsgOption{slackgo.MsgOptionText(name+": "+text, false)}
	switch {
	case thread != "":
		options = append(options, slackgo.MsgOptionTS(thread))
	case p.cards:
		options = append(options, carded(name, text))
	}
	ts := ""
	p.try(ctx, func() (err error) {
		_, ts, err = p.slack.PostMessageContext(ctx, deskChannel, options...)
		return err
	})
	if ts == "" {
		return
	}
	if thread == "" {
		p.mu.Lock()
		p.threads[chat], p.chats[ts] = ts, chat
		p.mu.Unlock()
	}
	if p.journal != nil {
		p.journal.posted(update, chat, ts, thread == "")
	}
}

// try makes a call once, or with a journal again and again: after what Slack says, else every second.
func (p *pair) try(ctx context.Context, call func() error) {
	for {
		err := call()
		if err == nil || p.journal == nil {
			return
		}
		wait := time.Second
		if limited, is := errors.AsType[*slackgo.RateLimitedError](err); is {
			wait = limited.RetryAfter
		}
		if pause(ctx, wait) != nil {
			return
		}
	}
}

// answered is what staff typed in a thread.
type answered struct {
	ID, Thread, Text string
}

// listen hears staff. With a journal everything that waits is stored in one commit before it is acknowledged.
func (p *pair) listen(ctx context.Context) {
	client := socketmode.New(p.slack)
	go func() { _ = client.RunContext(ctx) }()
	for {
		var batch []socketmode.Event
		select {
		case <-ctx.Done():
			return
		case e := <-client.Events:
			batch = append(batch, e)
		}
		for more := p.journal != nil; more; {
			select {
			case e := <-client.Events:
				batch = append(batch, e)
			default:
				more = false
			}
		}
		var all []answered
		for _, e := range batch {
			if a, is := typed(e); is {
				all = append(all, a)
			}
		}
		if p.journal != nil {
			all = p.journal.keep(all)
		}
		for _, e := range batch {
			if e.Request != nil && e.Request.EnvelopeID != "" {
				_ = client.Ack(*e.Request)
			}
		}
		for _, a := range all {
			p.queues.do(a.Thread, func() { p.send(ctx, a) })
		}
	}
}

// typed reads an answer of staff out of an event.
func typed(e socketmode.Event) (answered, bool) {
	outer, is := e.Data.(slackevents.EventsAPIEvent)
	if !is {
		return answered{}, false
	}
	m, is := outer.InnerEvent.Data.(*slackevents.MessageEvent)
	if !is || m.BotID != "" || m.SubType != "" || m.ThreadTimeStamp == "" {
		return answered{}, false
	}
	return answered{ID: m.TimeStamp, Thread: m.ThreadTimeStamp, Text: m.Text}, true
}

// send carries an answer to the customer.
func (p *pair) send(ctx context.Context, a answered) {
	p.mu.Lock()
	chat := p.chats[a.Thread]
	p.mu.Unlock()
	if chat == 0 {
		return
	}
	p.try(ctx, func() error {
		_, err := p.telegram.SendMessage(ctx, &telegram.SendMessageParams{ChatID: chat, Text: a.Text})
		return err
	})
	if p.journal != nil {
		p.journal.sent(a)
	}
}

// keyed runs functions of one key in order and of several keys side by side. Where too many keys are at work, do waits.
type keyed struct {
	mu     *sync.Mutex
	queues map[string][]func()
	slots  chan struct{}
}

func newKeyed(most int) keyed {
	return keyed{mu: &sync.Mutex{}, queues: map[string][]func(){}, slots: make(chan struct{}, most)}
}

func (k keyed) do(key string, fn func()) {
	k.mu.Lock()
	waiting, running := k.queues[key]
	k.queues[key] = append(waiting, fn)
	k.mu.Unlock()
	if running {
		return
	}
	k.slots <- struct{}{}
	go func() {
		defer func() { <-k.slots }()
		for {
			k.mu.Lock()
			if len(k.queues[key]) == 0 {
				delete(k.queues, key)
				k.mu.Unlock()
				return
			}
			next := k.queues[key][0]
			k.queues[key] = k.queues[key][1:]
			k.mu.Unlock()
			next()
		}
	}()
}

// pause waits; the error is ctx's.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait: %w", ctx.Err())
	}
}
