package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
	"webcare/bot/language"
)

// carrySafely is carry, with a panic turned into an error, so that one job cannot end the process again and again. An
// answer that was being sent is put before a person, anything else is refused.
func (b *Bot) carrySafely(ctx context.Context, x *born) (r conversation.Receipt, err error) {
	err = contained(func() (err error) {
		r, err = b.carry(ctx, x)
		return err
	})
	if p, is := errors.AsType[*panicError](err); is {
		b.log.Error("a job made the program panic", "job", x.job.Key.String(), "effect", kindOf(x.job.Effect), "panic", p.Error(), "stack", p.stack)
		if x.job.Effect.Way() != conversation.Outward {
			err = &adapters.SendError{Outcome: conversation.Refused, Reason: conversation.Rejected, Err: p}
		}
	}
	return r, err
}

// errNoRoot says that a post has no thread (yet): its card was deleted, or could not be posted.
var errNoRoot = errors.New("the conversation has no thread")

// threaded says that an effect belongs into the thread, and nowhere else.
func threaded(e conversation.Effect) bool {
	switch e := e.(type) {
	case conversation.Show, conversation.ShowFiles, conversation.Tell, conversation.Stand, conversation.ShowAnswer:
		return true
	case conversation.Nudge:
		return !e.Direct
	}
	return false
}

// carry makes the call of a job. Errors are *adapters.SendError, or mean maybe.
func (b *Bot) carry(ctx context.Context, x *born) (conversation.Receipt, error) {
	key := x.job.Key.String()
	c := x.of
	if threaded(x.job.Effect) && c.Thread.IsZero() {
		return conversation.Receipt{}, &adapters.SendError{Outcome: conversation.Refused, Reason: conversation.Gone, Err: errNoRoot}
	}
	var place conversation.Place
	var err error
	switch e := x.job.Effect.(type) {
	case conversation.OpenCard:
		place, err = b.desk.Open(ctx, key, b.words.card(c, b.words.onCard(c, e), b.desk.Permalink))
	case conversation.Show:
		return b.desk.Post(ctx, key, c.Thread, b.words.show(c, e.Entries))
	case conversation.ShowFiles:
		return b.showFiles(ctx, x, e)
	case conversation.Tell:
		return b.desk.Post(ctx, key, c.Thread, b.words.tell(e.Notice, e.Buttons, e.About, e.N))
	case conversation.ShowAnswer:
		return b.desk.Post(ctx, key, c.Thread, b.words.answer(e.Text))
	case conversation.Announce:
		receipt, err := b.desk.Post(ctx, key, conversation.Place{}, b.words.tell(e.Notice, nil, conversation.Place{}, 0))
		if err == nil && e.Notice.Kind == conversation.OtherInitials {
			b.log.Warn("two people have the same initials; to choose theirs, put a line below [answer] in the config", "name", e.Notice.Name, "signs", e.Notice.Detail, "line", e.Notice.Quote.Plain)
		}
		return receipt, err
	case conversation.Nudge:
		return b.desk.Post(ctx, key, c.Thread, b.words.nudge(c, e, time.Now()))
	case conversation.NudgeOne:
		return b.nudgeOne(ctx, key, e)
	case conversation.Notify:
		if err := b.awake(ctx, e.To); err != nil {
			return conversation.Receipt{}, err
		}
		return conversation.Receipt{}, b.direct(ctx, key, []string{e.To}, b.words.tell(e.Notice, nil, conversation.Place{}, 0))
	case conversation.Digest:
		return b.postDigest(ctx, x, e)
	case conversation.Picture:
		return b.showDay(ctx, x, e)
	case conversation.NudgeAll:
		return b.nudgeAll(ctx, key, e)
	case conversation.Render:
		err = b.desk.Render(ctx, c.Thread, b.words.card(c, c.Opening, b.desk.Permalink))
	case conversation.SetMark:
		err = b.desk.Mark(ctx, e.On, e.Was, e.Now)
	case conversation.Remove:
		err = b.remove(ctx, c.ID, e)
	case conversation.Stand:
		return b.desk.Post(ctx, key, c.Thread, b.words.stand(e))
	case conversation.Look:
		err = b.look(ctx, c, e)
	case conversation.Whisper:
		err = b.desk.Whisper(ctx, c.Thread, e.To, b.words.tell(e.Notice, e.Buttons, e.About, 0))
	case conversation.Send:
		return b.send(ctx, x, e)
	case conversation.Auto:
		return b.send(ctx, x, conversation.Send{Text: conversation.Plainly(e.Text)})
	case conversation.Edit:
		err = b.edit(ctx, key, c, e)
	case conversation.TakeBack:
		err = b.takeBack(ctx, c, e)
	default:
		err = &adapters.SendError{Outcome: conversation.Refused, Reason: conversation.Rejected, Err: fmt.Errorf("no way to carry out %T", e)}
	}
	return conversation.Receipt{Place: place}, err
}

// onCard is what a new card shows of the customer's words.
func (w *words) onCard(c conversation.Conversation, e conversation.OpenCard) conversation.Message {
	if e.Bare {
		return conversation.Message{Text: conversation.Plainly(w.Say(language.BelowCard))}
	}
	return c.Opening
}

func (b *Bot) send(ctx context.Context, x *born, e conversation.Send) (conversation.Receipt, error) {
	a, is := b.accounts[x.of.Ref.Account]
	if !is {
		return conversation.Receipt{}, &adapters.SendError{
			Outcome: conversation.Later, Reason: conversation.NotAllowed,
			Err: fmt.Errorf("account %q is not in the config", x.of.Ref.Account),
		}
	}
	out := adapters.Outgoing{Key: x.job.Key.String(), Text: e.Text, By: e.By}
	for n, f := range e.Files {
		out.Files = append(out.Files, adapters.Attachment{File: f, Open: b.downloads.steady(part{x.job, n}, b.outbox.desk.isShut, func(ctx context.Context) (io.ReadCloser, int64, error) {
			return b.desk.Fetch(ctx, f)
		})})
	}
	return a.Adapter.Send(ctx, aside(x.of.Ref, e.To), out)
}

// aside is another conversation with the same customer, where to names one.
func aside(ref conversation.Ref, to string) conversation.Ref {
	if to != "" {
		ref.Key = to
	}
	return ref
}

// cannot says that a network lacks an ability.
func cannot(what string) error {
	return &adapters.SendError{Outcome: conversation.Refused, Reason: conversation.NotAllowed, Err: errors.New("the network cannot " + what)}
}

// edit changes a message that the customer has.
func (b *Bot) edit(ctx context.Context, key string, c conversation.Conversation, e conversation.Edit) error {
	editor, can := b.accounts[c.Ref.Account].Adapter.(adapters.Editor)
	if !can {
		return cannot("change what was sent")
	}
	return editor.Edit(ctx, aside(c.Ref, e.To), e.ID, adapters.Outgoing{Key: key, Text: e.Text, By: e.By})
}

// takeBack deletes messages that the customer has. What is gone already is no error, so it may be done again.
func (b *Bot) takeBack(ctx context.Context, c conversation.Conversation, e conversation.TakeBack) error {
	deleter, can := b.accounts[c.Ref.Account].Adapter.(adapters.Deleter)
	if !can {
		return cannot("take back what was sent")
	}
	for _, id := range e.IDs {
		if err := deleter.Delete(ctx, aside(c.Ref, e.To), id); err != nil {
			return err
		}
	}
	return nil
}

// direct sends a post to people and the members of user groups. One who cannot be reached is no error as long as
// another is.
func (b *Bot) direct(ctx context.Context, key string, to []string, post adapters.Post) error {
	var people []string
	for _, id := range to {
		if len(id) > 0 && id[0] == 'S' {
			members, err := b.desk.Members(ctx, id)
			if err != nil {
				return err
			}
			people = append(people, members...)
			continue
		}
		people = append(people, id)
	}
	var errs []error
	for _, id := range people {
		if _, err := b.desk.Direct(ctx, key, id, post); err != nil {
			errs = append(errs, err)
		}
	}
	if len(errs) < len(people) {
		return nil
	}
	return errors.Join(errs...)
}

// canSettle says that an uncertain job need not be put before a person: it can be looked up, or done again.
func (b *Bot) canSettle(x born) bool {
	switch x.job.Effect.(type) {
	case conversation.Send:
		_, find := b.accounts[x.of.Ref.Account].Adapter.(adapters.Finder)
		return find || b.mayRepeat(x)
	case conversation.Auto:
		return b.mayRepeat(x)
	case conversation.NudgeOne, conversation.Notify: // it cannot be looked up, and one that comes twice is worse than one that does not
		return false
	}
	return true
}

// mayRepeat says that doing a job twice is doing it once.
func (b *Bot) mayRepeat(x born) bool {
	switch x.job.Effect.(type) {
	case conversation.Send, conversation.Auto:
		keyed, is := b.accounts[x.of.Ref.Account].Adapter.(adapters.Keyed)
		return is && time.Since(x.job.Started) < keyed.KeyLives()
	case conversation.ShowFiles, conversation.Picture, // its progress tells what was done
		conversation.Edit, conversation.TakeBack:
		return true
	}
	return x.job.Effect.Way() == conversation.Touch
}

// clockOff is how wrong our clock may have been when a job was tried: a look-up begins that much earlier.
const clockOff = time.Hour

// find looks an uncertain job up where it went.
func (b *Bot) find(ctx context.Context, x born) (conversation.Receipt, bool, error) {
	key, since := x.job.Key.String(), x.job.Started.Add(-clockOff)
	if finder, is := b.accounts[x.of.Ref.Account].Adapter.(adapters.Finder); is && x.job.Effect.Way() == conversation.Outward {
		ref := x.of.Ref
		if send, is := x.job.Effect.(conversation.Send); is {
			ref = aside(ref, send.To)
		}
		return finder.Find(ctx, ref, key, since)
	}
	thread := x.of.Thread
	switch x.job.Effect.(type) {
	case conversation.OpenCard, conversation.Announce, conversation.NudgeAll, conversation.Digest:
		thread = conversation.Place{}
	}
	return b.desk.Find(ctx, key, thread, since)
}
