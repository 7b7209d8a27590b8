package bot

import (
	"encoding/json"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

// told is what a customer was told by itself, wherever they write to an account: one who has several conversations is
// still one person.
type told struct {
	Closed time.Time `json:"closed,omitzero"`
	Helped time.Time `json:"helped,omitzero"`
}

// customerName is under which name it is stored; no account has it. Where the network does not say who a customer is, the
// conversation is all that is known of them.
func customerName(c conversation.Conversation) string {
	who := c.Customer.ID
	if who == "" {
		who = "in/" + c.Ref.Key
	}
	return "customer/" + c.Ref.Account + "/" + who
}

func toldOf(tx store.Tx, c conversation.Conversation) (t told, err error) {
	raw, err := tx.Cursor(customerName(c))
	if err == nil && raw != "" && json.Unmarshal([]byte(raw), &t) != nil {
		return told{}, nil
	}
	return t, err
}

// rulesIn is rulesOf as things are now: a customer who was told the same by another conversation is not told again.
func (b *Bot) rulesIn(tx store.Tx, c conversation.Conversation, e conversation.Event, now time.Time) (conversation.Rules, error) {
	r := b.rulesOf(c)
	r.Behind = !b.desk.CaughtUp()
	if press, is := e.(conversation.Pressed); !is || press.Action != conversation.Close || r.Helped == "" {
		return r, nil
	}
	t, err := toldOf(tx, c)
	if now.Sub(t.Helped) < conversation.HelpedAgain {
		r.Helped = ""
	}
	return r, err
}

// closedTo is what a customer is told who writes now; "" = nothing, or they know it.
func (b *Bot) closedTo(tx store.Tx, c conversation.Conversation, by conversation.Customer, now time.Time) (string, error) {
	c.Customer = by
	text := b.closedText(c, now)
	if text == "" {
		return "", nil
	}
	t, err := toldOf(tx, c)
	if now.Sub(t.Closed) < conversation.ClosedAgain {
		return "", err
	}
	return text, err
}

// tell notes what a customer was told by itself.
func tell(tx store.Tx, was, is conversation.Conversation) error {
	if is.ToldClosed.Equal(was.ToldClosed) && is.AskedHelped.Equal(was.AskedHelped) {
		return nil
	}
	t, err := toldOf(tx, is)
	if err != nil {
		return err
	}
	if !is.ToldClosed.Equal(was.ToldClosed) {
		t.Closed = is.ToldClosed
	}
	if !is.AskedHelped.Equal(was.AskedHelped) {
		t.Helped = is.AskedHelped
	}
	raw, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return tx.SetCursor(customerName(is), string(raw))
}
