package telegram

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// The limits of the Bot API: characters after entities parsing, in UTF-16 units
// (https://core.telegram.org/bots/api#sendmessage), files and their sizes
// (https://core.telegram.org/bots/api#sending-files).
const (
	maxText    = 4096
	maxCaption = 1024
	maxFiles   = 10
	maxUpload  = 50 << 20
	maxPhoto   = 10 << 20
)

// The most time a call may take.
const (
	textTime = 40 * time.Second
	fileTime = 10 * time.Minute
)

// businessWindow is how long after a customer's message a business account's bot may write
// (https://core.telegram.org/bots/api#businessbotrights).
const businessWindow = 24 * time.Hour

// Limits tells what Telegram takes in a conversation.
func (t *Telegram) Limits(to conversation.Ref, last time.Time) conversation.Limits {
	p, err := parsePlace(to.Key)
	if err != nil {
		return conversation.Limits{ReadOnly: true}
	}
	l := conversation.Limits{
		Length: maxText, Caption: maxCaption, Count: units, Files: maxFiles, FileSize: maxUpload,
		Public: p.public(), Edit: true, Delete: true,
	}
	if p.public() && p.who > 0 { // a person; channels and groups speak with ids below 0
		l.Privately = place{chat: p.who}.key()
	}
	if p.business != "" && !last.IsZero() {
		l.Until = last.Add(businessWindow)
	}
	return l
}

// address is where a message goes.
type address struct {
	place
	reply int // the message it replies to; 0 = none
}

// where finds the address of a conversation.
func (t *Telegram) where(to conversation.Ref) (address, *adapters.SendError) {
	p, err := parsePlace(to.Key)
	if err != nil {
		return address{}, refused(conversation.Gone, "%w", err)
	}
	a := address{place: p}
	t.mu.Lock()
	defer t.mu.Unlock()
	if p.public() {
		if a.reply = t.memory.last(to.Key); a.reply == 0 {
			a.reply = p.post
		}
		if now := t.memory.now(p.chat); now != p.chat {
			a.chat, a.reply = now, 0
		}
	}
	return a, nil
}

func (a address) replyTo() *models.ReplyParameters {
	if a.reply == 0 {
		return nil
	}
	return &models.ReplyParameters{MessageID: a.reply, AllowSendingWithoutReply: true}
}

// general is the topic that a message without a topic goes to; naming it is an error.
const general = 1

func (a address) topicThread() int {
	if a.thread == general {
		return 0
	}
	return a.thread
}

// Send sends one message: text alone, one file with the text beside it, or an album.
func (t *Telegram) Send(ctx context.Context, to conversation.Ref, m adapters.Outgoing) (conversation.Receipt, error) {
	a, no := t.where(to)
	if no == nil {
		no = fits(m)
	}
	if no != nil {
		return conversation.Receipt{}, no
	}
	limit := textTime
	if len(m.Files) > 0 {
		limit = fileTime
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	ids, no := t.sendAs(ctx, a, m, kindsOf(m.Files))
	if no != nil {
		return conversation.Receipt{}, no
	}
	var r conversation.Receipt
	for _, id := range ids {
		r.IDs = append(r.IDs, strconv.Itoa(id))
	}
	return r, nil
}

// fits refuses what Telegram would refuse.
func fits(m adapters.Outgoing) *adapters.SendError {
	switch n := units(m.Text.Plain); {
	case len(m.Files) == 0 && strings.TrimSpace(m.Text.Plain) == "":
		return refused(conversation.Empty, "there is nothing to send")
	case len(m.Files) == 0 && n > maxText:
		return refused(conversation.TooLong, "the text has %d characters, Telegram takes %d", n, maxText)
	case len(m.Files) > 0 && n > maxCaption:
		return refused(conversation.TooLong, "the text beside files has %d characters, Telegram takes %d", n, maxCaption)
	case len(m.Files) > maxFiles:
		return refused(conversation.Rejected, "there are %d files, Telegram takes %d in one message", len(m.Files), maxFiles)
	}
	for _, f := range m.Files {
		if f.Size > maxUpload {
			return tooBigFile()
		}
	}
	return nil
}

func tooBigFile() *adapters.SendError {
	return refused(conversation.FileTooBig, "the file is larger than the %d MB that Telegram takes", maxUpload>>20)
}

// attempt is one way to send a message; each refusal may show a further way.
type attempt struct {
	address
	text     conversation.Text
	entities []models.MessageEntity
}

// sendAs sends, and where Telegram clearly refuses for a reason that we can do something about, sends once more another
// way: to the group's new id, without styles, or with pictures as documents. It is at most once, since a refused
// message was not sent.
func (t *Telegram) sendAs(ctx context.Context, a address, m adapters.Outgoing, kinds []conversation.FileKind) ([]int, *adapters.SendError) {
	try := attempt{address: a, text: m.Text, entities: entities(m.Text)}
	for {
		ids, answer, no := t.once(ctx, try, m.Files, kinds)
		if no == nil || answer == nil {
			return ids, no
		}
		switch {
		case answer.Parameters.MigrateTo != 0 && try.chat != answer.Parameters.MigrateTo:
			try.chat, try.reply = answer.Parameters.MigrateTo, 0
		case len(try.entities) > 0 && no.Outcome == conversation.Refused && aboutEntities(answer.Description):
			try.entities = nil
		case hasPhoto(kinds) && (no.Reason == conversation.FileType || no.Reason == conversation.FileTooBig):
			kinds = allDocuments(kinds)
		default:
			return nil, no
		}
	}
}

func aboutEntities(description string) bool {
	d := strings.ToLower(description)
	return strings.Contains(d, "entit")
}

// once makes one call. The answer is what Telegram said, where it said something.
func (t *Telegram) once(ctx context.Context, try attempt, files []adapters.Attachment, kinds []conversation.FileKind) ([]int, *response, *adapters.SendError) {
	ctx, w := tapped(ctx)
	var streams []*stream
	for _, f := range files {
		s := newStream(ctx, f, maxUpload)
		defer s.close()
		streams = append(streams, s)
	}
	var err error
	switch len(files) {
	case 0:
		_, err = t.bot.SendMessage(ctx, &bot.SendMessageParams{
			BusinessConnectionID: try.business, ChatID: try.chat, MessageThreadID: try.topicThread(),
			DirectMessagesTopicID: int(try.topic), Text: try.text.Plain, Entities: try.entities, ReplyParameters: try.replyTo(),
		})
	case 1:
		err = t.sendFile(ctx, try, streams[0], kinds[0])
	default:
		err = t.sendAlbum(ctx, try, streams, kinds)
	}
	if ids := w.ids(); len(ids) > 0 { // whatever the library makes of the rest
		return ids, nil, nil
	}
	_, _, _, answer := w.seen()
	if err == nil {
		return nil, answer, &adapters.SendError{Outcome: conversation.Maybe, Reason: conversation.Lost, Err: errNoID}
	}
	return nil, answer, t.outcome(ctx, err, w, streams)
}
