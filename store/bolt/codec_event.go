package bolt

import (
	"encoding/json"
	"fmt"

	"webcare/bot/conversation"
	"webcare/store"
)

// tagged is an event or effect on its way to disk; the tag names its kind for ever.
type tagged struct {
	Kind  string `json:"k,omitempty"`
	Value any    `json:"v,omitempty"`
}

// untagged is one on its way back.
type untagged struct {
	Kind  string          `json:"k"`
	Value json.RawMessage `json:"v"`
}

func (u untagged) into(f form, rec any) error {
	if len(u.Value) == 0 {
		return nil
	}
	return unmarshal(f, u.Value, rec)
}

type recHeard struct {
	ExternalID string      `json:"id,omitempty"`
	At         stamp       `json:"at,omitzero"`
	Customer   recCustomer `json:"cust,omitzero"`
	Message    recMessage  `json:"msg,omitzero"`
	Public     bool        `json:"public,omitempty"`
	Title      string      `json:"title,omitempty"`
	Link       string      `json:"link,omitempty"`
	Closed     string      `json:"closed,omitempty"`
}

type recChanged struct {
	ExternalID string      `json:"id,omitempty"`
	At         stamp       `json:"at,omitzero"`
	Message    recMessage  `json:"msg,omitzero"`
	Was        *recMessage `json:"was,omitempty"`
}

type recWithdrawn struct {
	ExternalIDs []string `json:"ids,omitempty"`
	At          stamp    `json:"at,omitzero"`
}

type recReached struct {
	Why conversation.Reason `json:"why,omitempty"`
	At  stamp               `json:"at,omitzero"`
}

type recReacted struct {
	ExternalID string `json:"id,omitempty"`
	Emoji      string `json:"emoji,omitempty"`
	At         stamp  `json:"at,omitzero"`
}

type recEchoed struct {
	ExternalID string     `json:"id,omitempty"`
	At         stamp      `json:"at,omitzero"`
	By         string     `json:"by,omitempty"`
	Message    recMessage `json:"msg,omitzero"`
	Auto       bool       `json:"auto,omitempty"`
}

type recMoved struct {
	To recRef `json:"to,omitzero"`
}

type recTicked struct {
	Hearing stamp `json:"hearing,omitzero"`
	Grouped bool  `json:"grouped,omitempty"`
}

type recMissed struct {
	From stamp `json:"from,omitzero"`
	To   stamp `json:"to,omitzero"`
}

type recUnreadable struct {
	RawID string `json:"raw,omitempty"`
	At    stamp  `json:"at,omitzero"`
	What  string `json:"what,omitempty"`
	Link  string `json:"link,omitempty"`
}

// recWrote leaves Limits out: they are what the network took at that moment, and are asked for anew.
type recWrote struct {
	At      recPlace   `json:"at,omitzero"`
	Written stamp      `json:"written,omitzero"`
	By      recPerson  `json:"by,omitzero"`
	Message recMessage `json:"msg,omitzero"`
	Called  recCalled  `json:"called,omitzero"`
	Found   bool       `json:"found,omitempty"`
	Edited  stamp      `json:"edited,omitzero"`
}

// recCalled are the ready answers that a message calls, as they were then: a replay does not look for them again.
type recCalled struct {
	Found []recReady `json:"found,omitempty"`
	Words []string   `json:"words,omitempty"`
	More  int        `json:"more,omitempty"`
}

func toCalled(c conversation.Called) recCalled {
	return recCalled{each(c.Found, toReady), c.Words, c.More}
}

func fromCalled(r recCalled) conversation.Called {
	return conversation.Called{Found: each(r.Found, fromReady), Words: r.Words, More: r.More}
}

type recUnattributed struct {
	At      recPlace `json:"at,omitzero"`
	Written stamp    `json:"written,omitzero"`
}

type recFormer struct {
	Message recMessage `json:"msg,omitzero"`
	By      recPerson  `json:"by,omitzero"`
	Parts   []recPart  `json:"parts,omitempty"`
	Edited  stamp      `json:"edited,omitzero"`
	Deleted bool       `json:"deleted,omitempty"`
}

func toFormer(w conversation.Former) recFormer {
	return recFormer{toMessage(w.Message), recPerson(w.By), each(w.Parts, toPart), stamp{w.Edited}, w.Deleted}
}

func fromFormer(r recFormer) conversation.Former {
	return conversation.Former{Message: fromMessage(r.Message), By: conversation.Person(r.By), Parts: each(r.Parts, fromPart), Edited: r.Edited.Time, Deleted: r.Deleted}
}

// recRewrote leaves Limits out, as recWrote does.
type recRewrote struct {
	At      recPlace   `json:"at,omitzero"`
	Written stamp      `json:"written,omitzero"`
	By      recPerson  `json:"by,omitzero"`
	Message recMessage `json:"msg,omitzero"`
	Edited  stamp      `json:"edited,omitzero"`
	Of      string     `json:"of,omitempty"`
	Was     *recFormer `json:"was,omitempty"`
	Called  recCalled  `json:"called,omitzero"`
	Unbegun bool       `json:"unbegun,omitempty"`
}

// recUnwrote leaves out what recRewrote does.
type recUnwrote struct {
	At      recPlace   `json:"at,omitzero"`
	Deleted stamp      `json:"deleted,omitzero"`
	Of      string     `json:"of,omitempty"`
	Was     *recFormer `json:"was,omitempty"`
	Unbegun bool       `json:"unbegun,omitempty"`
}

// recPressed leaves Limits out, as recWrote does.
type recPressed struct {
	Action conversation.Action `json:"action,omitempty"`
	By     recPerson           `json:"by,omitzero"`
	At     stamp               `json:"at,omitzero"`
	About  recPlace            `json:"about,omitzero"`
	On     recPlace            `json:"on,omitzero"`
	To     recPerson           `json:"to,omitzero"`
	Choice string              `json:"choice,omitempty"`
	N      uint64              `json:"n,omitempty"`
	Until  stamp               `json:"until,omitzero"`
	Seen   stamp               `json:"seen,omitzero"`
	// Hearing came with the look behind a press.
	Hearing stamp `json:"hearing,omitzero"`
}

type recCardGone struct {
	At stamp `json:"at,omitzero"`
}

type recEnded struct {
	Effect  tagged               `json:"effect"`
	Outcome conversation.Outcome `json:"outcome,omitempty"`
	Receipt recReceipt           `json:"receipt,omitzero"`
	Reason  conversation.Reason  `json:"why,omitempty"`
	Detail  string               `json:"detail,omitempty"`
	At      stamp                `json:"at,omitzero"`
}

type recDelayed struct {
	Effect tagged              `json:"effect"`
	Reason conversation.Reason `json:"why,omitempty"`
	At     stamp               `json:"at,omitzero"`
	// Stopped came later.
	Stopped bool `json:"stopped,omitempty"`
}

func toEvent(e conversation.Event) (tagged, error) {
	switch e := e.(type) {
	case conversation.Heard:
		return tagged{"heard", recHeard{e.ExternalID, stamp{e.At}, recCustomer(e.Customer), toMessage(e.Message), e.Public, e.Title, e.Link, e.Closed}}, nil
	case conversation.Changed:
		return tagged{"changed", recChanged{e.ExternalID, stamp{e.At}, toMessage(e.Message), pointer(e.Was, toMessage)}}, nil
	case conversation.Withdrawn:
		return tagged{"withdrawn", recWithdrawn{e.ExternalIDs, stamp{e.At}}}, nil
	case conversation.Reached:
		return tagged{"reached", recReached{e.Why, stamp{e.At}}}, nil
	case conversation.Reacted:
		return tagged{"reacted", recReacted{e.ExternalID, e.Emoji, stamp{e.At}}}, nil
	case conversation.Echoed:
		return tagged{"echoed", recEchoed{e.ExternalID, stamp{e.At}, e.By, toMessage(e.Message), e.Auto}}, nil
	case conversation.Moved:
		return tagged{"moved", recMoved{recRef(e.To)}}, nil
	case conversation.Missed:
		return tagged{"missed", recMissed{stamp{e.From}, stamp{e.To}}}, nil
	case conversation.Unreadable:
		return tagged{"unreadable", recUnreadable{e.RawID, stamp{e.At}, e.What, e.Link}}, nil
	case conversation.Wrote:
		return tagged{"wrote", recWrote{recPlace(e.At), stamp{e.Written}, recPerson(e.By), toMessage(e.Message), toCalled(e.Called), e.Found, stamp{e.Edited}}}, nil
	case conversation.Formed:
		return tagged{"formed", recStand{stamp{e.Written}, recPerson(e.By), toMessage(e.Message), toCalled(e.Called)}}, nil
	case conversation.Unattributed:
		return tagged{"unattributed", recUnattributed{recPlace(e.At), stamp{e.Written}}}, nil
	case conversation.Rewrote:
		return tagged{"rewrote", recRewrote{recPlace(e.At), stamp{e.Written}, recPerson(e.By), toMessage(e.Message), stamp{e.Edited}, e.Of, pointer(e.Was, toFormer), toCalled(e.Called), e.Unbegun}}, nil
	case conversation.Unwrote:
		return tagged{"unwrote", recUnwrote{recPlace(e.At), stamp{e.Deleted}, e.Of, pointer(e.Was, toFormer), e.Unbegun}}, nil
	case conversation.Pressed:
		return tagged{"pressed", recPressed{e.Action, recPerson(e.By), stamp{e.At}, recPlace(e.About), recPlace(e.On), recPerson(e.To), e.Choice, e.N, stamp{e.Until}, stamp{e.Seen}, stamp{e.Hearing}}}, nil
	case conversation.CardGone:
		return tagged{"cardgone", recCardGone{stamp{e.At}}}, nil
	case conversation.Ticked:
		return tagged{"ticked", recTicked{stamp{e.Hearing}, e.Grouped}}, nil
	case conversation.Ended:
		f, err := toEffect(e.Effect)
		return tagged{"ended", recEnded{f, e.Outcome, toReceipt(e.Receipt), e.Reason, e.Detail, stamp{e.At}}}, err
	case conversation.Delayed:
		f, err := toEffect(e.Effect)
		return tagged{"delayed", recDelayed{f, e.Reason, stamp{e.At}, e.Stopped}}, err
	}
	return tagged{}, fmt.Errorf("no record for the event %T", e)
}

// reader reads the value of one kind.
type reader[T any] func(f form, u untagged) (T, error)

// as makes a reader from a record type and its way back.
func as[R, T any](from func(R) T) reader[T] {
	return func(f form, u untagged) (T, error) {
		var r R
		if err := u.into(f, &r); err != nil {
			var none T
			return none, fmt.Errorf("%s: %w", u.Kind, err)
		}
		return from(r), nil
	}
}

func eventReader(kind string) reader[conversation.Event] {
	switch kind {
	case "heard":
		return as(fromHeard)
	case "changed":
		return as(func(r recChanged) conversation.Event {
			return conversation.Changed{
				ExternalID: r.ExternalID, At: r.At.Time, Message: fromMessage(r.Message), Was: pointer(r.Was, fromMessage),
			}
		})
	case "withdrawn":
		return as(func(r recWithdrawn) conversation.Event {
			return conversation.Withdrawn{ExternalIDs: r.ExternalIDs, At: r.At.Time}
		})
	case "reached":
		return as(func(r recReached) conversation.Event { return conversation.Reached{Why: r.Why, At: r.At.Time} })
	case "reacted":
		return as(func(r recReacted) conversation.Event {
			return conversation.Reacted{ExternalID: r.ExternalID, Emoji: r.Emoji, At: r.At.Time}
		})
	case "echoed":
		return as(func(r recEchoed) conversation.Event {
			return conversation.Echoed{ExternalID: r.ExternalID, At: r.At.Time, By: r.By, Message: fromMessage(r.Message), Auto: r.Auto}
		})
	case "moved":
		return as(func(r recMoved) conversation.Event { return conversation.Moved{To: conversation.Ref(r.To)} })
	case "missed":
		return as(func(r recMissed) conversation.Event {
			return conversation.Missed{From: r.From.Time, To: r.To.Time}
		})
	case "unreadable":
		return as(func(r recUnreadable) conversation.Event {
			return conversation.Unreadable{RawID: r.RawID, At: r.At.Time, What: r.What, Link: r.Link}
		})
	case "wrote":
		return as(fromWrote)
	case "unattributed":
		return as(func(r recUnattributed) conversation.Event {
			return conversation.Unattributed{At: conversation.Place(r.At), Written: r.Written.Time}
		})
	case "rewrote":
		return as(func(r recRewrote) conversation.Event {
			return conversation.Rewrote{
				At: conversation.Place(r.At), Written: r.Written.Time, By: conversation.Person(r.By), Message: fromMessage(r.Message), Edited: r.Edited.Time, Of: r.Of, Was: pointer(r.Was, fromFormer), Called: fromCalled(r.Called), Unbegun: r.Unbegun,
			}
		})
	case "unwrote":
		return as(func(r recUnwrote) conversation.Event {
			return conversation.Unwrote{At: conversation.Place(r.At), Deleted: r.Deleted.Time, Of: r.Of, Was: pointer(r.Was, fromFormer), Unbegun: r.Unbegun}
		})
	case "formed":
		return as(func(r recStand) conversation.Event {
			return conversation.Formed{Written: r.Written.Time, By: conversation.Person(r.By), Message: fromMessage(r.Message), Called: fromCalled(r.Called)}
		})
	case "pressed":
		return as(fromPressed)
	case "cardgone":
		return as(func(r recCardGone) conversation.Event { return conversation.CardGone{At: r.At.Time} })
	case "ticked":
		return as(func(r recTicked) conversation.Event {
			return conversation.Ticked{Hearing: r.Hearing.Time, Grouped: r.Grouped}
		})
	case "ended":
		return readEnded
	case "delayed":
		return readDelayed
	}
	return nil
}

func fromHeard(r recHeard) conversation.Event {
	return conversation.Heard{
		ExternalID: r.ExternalID, At: r.At.Time, Customer: conversation.Customer(r.Customer), Message: fromMessage(r.Message),
		Public: r.Public, Title: r.Title, Link: r.Link, Closed: r.Closed,
	}
}

func fromWrote(r recWrote) conversation.Event {
	return conversation.Wrote{
		At: conversation.Place(r.At), Written: r.Written.Time, By: conversation.Person(r.By), Message: fromMessage(r.Message), Called: fromCalled(r.Called), Found: r.Found,
		Edited: r.Edited.Time,
	}
}

func fromPressed(r recPressed) conversation.Event {
	return conversation.Pressed{
		Action: r.Action, By: conversation.Person(r.By), At: r.At.Time, About: conversation.Place(r.About), On: conversation.Place(r.On),
		To: conversation.Person(r.To), Choice: r.Choice, N: r.N, Until: r.Until.Time, Seen: r.Seen.Time, Hearing: r.Hearing.Time,
	}
}

// unEnded is recEnded, and recDelayed, on the way back.
type unEnded struct {
	Effect  untagged             `json:"effect"`
	Outcome conversation.Outcome `json:"outcome"`
	Receipt recReceipt           `json:"receipt"`
	Reason  conversation.Reason  `json:"why"`
	Detail  string               `json:"detail"`
	At      stamp                `json:"at"`
	Stopped bool                 `json:"stopped"`
}

func readEnded(f form, u untagged) (conversation.Event, error) {
	var r unEnded
	if err := u.into(f, &r); err != nil {
		return nil, err
	}
	effect, err := fromEffect(f, r.Effect)
	return conversation.Ended{
		Effect: effect, Outcome: r.Outcome, Receipt: fromReceipt(r.Receipt),
		Reason: r.Reason, Detail: r.Detail, At: r.At.Time,
	}, err
}

func readDelayed(f form, u untagged) (conversation.Event, error) {
	var r unEnded
	if err := u.into(f, &r); err != nil {
		return nil, err
	}
	effect, err := fromEffect(f, r.Effect)
	return conversation.Delayed{Effect: effect, Reason: r.Reason, At: r.At.Time, Stopped: r.Stopped}, err
}

func fromEvent(f form, u untagged) (conversation.Event, error) {
	read := eventReader(u.Kind)
	if read == nil {
		return nil, fmt.Errorf("%w: it has an event of the kind %q", store.ErrNewer, u.Kind)
	}
	return read(f, u)
}
