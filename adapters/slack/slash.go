package slack

import (
	"context"
	"encoding/json"
	"strconv"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"

	"webcare/adapters"
)

const (
	// maxMessageBlocks is how many blocks Slack takes in a message.
	maxMessageBlocks = 50
	// maxAck is how large the lines may be that we say besides an acknowledgement, in bytes of JSON. Slack passes over
	// one of 20,480 bytes and more without a word (slack-go issue 1196).
	maxAck = 17000
)

// ephemeral is said in answer to a command, to who typed it alone.
type ephemeral struct {
	Type   string          `json:"response_type"`
	Text   string          `json:"text"`
	Blocks []slackgo.Block `json:"blocks"`
}

// command answers the slash command with the first page of the queue. Slack waits three seconds for it, so that whatever
// is not there by then is an apology.
func (c *counter) command(e envelope, answer func(any)) {
	by := string(lenient[struct {
		User lax `json:"user_id"`
	}](e.Payload).User)
	var once sync.Once
	say := func(what ephemeral) { once.Do(func() { answer(what) }) }
	deadline := time.Now().Add(viewTime)
	late := time.AfterFunc(viewTime, func() { say(c.spoken(c.words.in.Say("view.queue.failed"))) })
	waits := c.wait(func(ctx context.Context) {
		defer late.Stop()
		ctx, cancel := context.WithDeadline(ctx, deadline)
		defer cancel()
		q, err := c.board.Queue(ctx, by, 0)
		switch {
		case ctx.Err() != nil:
			say(c.spoken(c.words.in.Say("view.queue.failed")))
		case err != nil:
			say(c.spoken(c.why(err)))
		default:
			say(c.queueMessage(q))
		}
	})
	if !waits {
		late.Reset(0) // not here: nothing may keep the socket
	}
}

// spoken is a sentence.
func (c *counter) spoken(text string) ephemeral {
	return ephemeral{Type: "ephemeral", Text: escape(cut(label(text), maxFallback)), Blocks: []slackgo.Block{sentence(text)}}
}

// queueMessage lays a page of the queue out as a message: as much of it as Slack takes.
func (c *counter) queueMessage(q adapters.Queue) ephemeral {
	title := slackgo.NewHeaderBlock(plainText(c.queueTitle(q.Title)))
	m := ephemeral{Type: "ephemeral", Text: escape(title.Text.Text), Blocks: []slackgo.Block{title}}
	lines, left := c.queueLines(q)
	size, full := 0, false
	for _, b := range lines {
		raw, err := json.Marshal(b)
		size += len(raw) + 1
		if full = full || err != nil || len(m.Blocks)+1 >= maxMessageBlocks || size > maxAck; !full {
			m.Blocks = append(m.Blocks, b)
		} else if b.BlockType() == slackgo.MBTRichText {
			left++
		}
	}
	if last := len(m.Blocks) - 1; last > 0 && m.Blocks[last].BlockType() == slackgo.MBTHeader { // of a section that is left out
		m.Blocks = m.Blocks[:last]
	}
	switch {
	case q.Page+1 < q.Pages:
		m.Blocks = append(m.Blocks, contextBlock(c.words.in.Say("view.queue.rest")))
	case left > 0:
		m.Blocks = append(m.Blocks, contextBlock(c.words.in.Say("view.queue.more", "n", strconv.Itoa(left))))
	}
	return m
}
