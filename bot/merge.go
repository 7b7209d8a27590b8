package bot

import (
	"strings"
	"unicode/utf8"

	"webcare/bot/conversation"
	"webcare/store"
)

// mostMerged and mostRunes bound what one Slack post takes along.
const (
	mostMerged = 20
	mostRunes  = 6000
)

// mergeFollowers puts the customer's messages that wait directly behind the head of a lane into the same post: the
// pictures of an album, and whatever else was written while the lane had to wait. Slack takes one post a second.
func mergeFollowers(tx store.Tx, l store.Lane, x *born) error {
	var took []store.Key
	for j, err := range tx.Lane(l) {
		if err != nil {
			return err
		}
		if j.Key == x.job.Key {
			continue
		}
		show, is := j.Effect.(conversation.Show)
		if !is || j.State != store.Ready {
			break
		}
		merged := merge(x.job.Effect, show)
		if merged == nil {
			break
		}
		x.job.Effect = merged
		took = append(took, j.Key)
	}
	for _, k := range took {
		if err := tx.Drop(k); err != nil {
			return err
		}
	}
	if card, is := x.job.Effect.(conversation.OpenCard); is && len(took) > 0 {
		x.of.Opening = card.Entry.Message
		x.of.OpeningID = "" // it is several messages now: an edit of one must not take the others off the card
		return tx.Put(x.of)
	}
	return nil
}

// merge is both effects as one, nil where that cannot be.
func merge(head conversation.Effect, more conversation.Show) conversation.Effect {
	switch head := head.(type) {
	case conversation.Show:
		if len(head.Entries)+len(more.Entries) > mostMerged || runes(head.Entries)+runes(more.Entries) > mostRunes {
			return nil
		}
		head.Entries = append(append([]conversation.Entry(nil), head.Entries...), more.Entries...)
		return head
	case conversation.OpenCard:
		if head.Again || runes(more.Entries)+runes([]conversation.Entry{head.Entry}) >= conversation.CardLimit {
			return nil
		}
		for _, e := range more.Entries {
			if e.Edited || !plain(e.Message) || !plain(head.Entry.Message) {
				return nil
			}
			head.Entry.Message = joined(head.Entry.Message, e.Message)
		}
		return head
	}
	return nil
}

// plain says that a message is text and files only, which is what a card can show of several messages.
func plain(m conversation.Message) bool {
	return m.Location == nil && m.Contact == nil && m.Unknown == "" && m.Quote == "" && m.Forwarded == ""
}

func joined(a, b conversation.Message) conversation.Message {
	switch {
	case strings.TrimSpace(a.Text.Plain) == "":
		a.Text = b.Text
	case strings.TrimSpace(b.Text.Plain) != "":
		a.Text = a.Text.Add(conversation.Plainly("\n")).Add(b.Text)
	}
	a.Files = append(append([]conversation.File(nil), a.Files...), b.Files...)
	return a
}

func runes(entries []conversation.Entry) int {
	n := 0
	for _, e := range entries {
		n += utf8.RuneCountInString(e.Message.Text.Plain) + 1
	}
	return n
}
