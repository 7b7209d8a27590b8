package bolt

import (
	"fmt"
	"time"

	"webcare/bot/conversation"
)

type recConversation struct {
	ID          conversation.ID     `json:"id"`
	Ref         recRef              `json:"ref,omitzero"`
	Seq         uint64              `json:"seq,omitempty"`
	Customer    recCustomer         `json:"cust,omitzero"`
	Public      bool                `json:"public,omitempty"`
	Title       string              `json:"title,omitempty"`
	Link        string              `json:"link,omitempty"`
	Thread      recPlace            `json:"thread,omitzero"`
	Old         []recPlace          `json:"old,omitempty"`
	Opened      stamp               `json:"opened,omitzero"`
	Heard       stamp               `json:"heard,omitzero"`
	Turn        conversation.Turn   `json:"turn,omitempty"`
	Since       stamp               `json:"since,omitzero"`
	Opening     recMessage          `json:"opening,omitzero"`
	OpeningID   string              `json:"openid,omitempty"`
	Active      stamp               `json:"active,omitzero"`
	Carded      stamp               `json:"carded,omitzero"`
	Outcome     string              `json:"outcome,omitempty"`
	Claimer     recPerson           `json:"claimer,omitzero"`
	Claimed     stamp               `json:"claimed,omitzero"`
	Last        recPlace            `json:"last,omitzero"`
	Spoke       recPerson           `json:"spoke,omitzero"`
	Spoken      stamp               `json:"spoken,omitzero"`
	Unreachable conversation.Reason `json:"unreachable,omitempty"`
	Greeted     []string            `json:"greeted,omitempty"`
	Open        []recAnswer         `json:"open,omitempty"`
	Spelled     []recSpelled        `json:"spelled,omitempty"`
	Questions   uint64              `json:"questions,omitempty"`
	Live        []recReminder       `json:"live,omitempty"`
	Deadlines   []stamp             `json:"deadlines,omitempty"`
	Step        int                 `json:"step,omitempty"`
	Closed      stamp               `json:"closed,omitzero"`
	Snooze      recSnoozing         `json:"snooze,omitzero"`
	Offers      []recOffer          `json:"offers,omitempty"`
	Offer       recOffer            `json:"offer,omitzero"` // the only one there was in early files; not written
	Promises    []recSnoozing       `json:"promises,omitempty"`
	Arrived     stamp               `json:"arrived,omitzero"`
	OwedBy      string              `json:"owed_by,omitempty"`
	Window      stamp               `json:"window,omitzero"`
	WarnAt      stamp               `json:"warn_at,omitzero"`
	Warned      bool                `json:"warned,omitempty"`
	Owed        bool                `json:"owed,omitempty"`
	Otherwise   int                 `json:"otherwise,omitempty"`
	Uncounted   bool                `json:"uncounted,omitempty"`
	Due         stamp               `json:"due,omitzero"`
	ToldClosed  stamp               `json:"told_closed,omitzero"`
	AskedHelped stamp               `json:"asked_helped,omitzero"`
	Rating      string              `json:"rating,omitempty"`
}

func (r recConversation) offers() []recOffer {
	if r.Offer == (recOffer{}) {
		return r.Offers
	}
	return append([]recOffer{r.Offer}, r.Offers...)
}

type recReminder struct {
	At   recPlace          `json:"at,omitzero"`
	Also []recPlace        `json:"also,omitempty"`
	Step int               `json:"step,omitempty"`
	With []conversation.ID `json:"with,omitempty"`

	Kind conversation.NudgeKind `json:"kind,omitempty"`
}

func toReminder(r conversation.Reminder) recReminder {
	return recReminder{recPlace(r.At), each(r.Also, toPlace), r.Step, r.With, r.Kind}
}

func fromReminder(r recReminder) conversation.Reminder {
	return conversation.Reminder{At: conversation.Place(r.At), Also: each(r.Also, fromPlace), Step: r.Step, With: r.With, Kind: r.Kind}
}

type recSnoozing struct {
	Until   stamp     `json:"until,omitzero"`
	By      recPerson `json:"by,omitzero"`
	Promise bool      `json:"promise,omitempty"`
}

type recOffer struct {
	Of    recPlace `json:"of,omitzero"`
	Until stamp    `json:"until,omitzero"`
}

func toSnoozing(s conversation.Snoozing) recSnoozing {
	return recSnoozing{stamp{s.Until}, recPerson(s.By), s.Promise}
}

func fromSnoozing(r recSnoozing) conversation.Snoozing {
	return conversation.Snoozing{Until: r.Until.Time, By: conversation.Person(r.By), Promise: r.Promise}
}

func toOffer(o conversation.Offer) recOffer { return recOffer{recPlace(o.Of), stamp{o.Until}} }

func fromOffer(r recOffer) conversation.Offer {
	return conversation.Offer{Of: conversation.Place(r.Of), Until: r.Until.Time}
}

func toStamp(t time.Time) stamp   { return stamp{t} }
func fromStamp(s stamp) time.Time { return s.Time }

type recAnswer struct {
	At     recPlace                 `json:"at,omitzero"`
	By     recPerson                `json:"by,omitzero"`
	State  conversation.AnswerState `json:"state,omitempty"`
	Mark   conversation.Mark        `json:"mark,omitempty"`
	Parts  []recPart                `json:"parts,omitempty"`
	Wrote  stamp                    `json:"wrote,omitzero"`
	Next   stamp                    `json:"next,omitzero"`
	Notice recPlace                 `json:"notice,omitzero"`
	Also   []recPlace               `json:"notice_also,omitempty"`
	Asked  uint64                   `json:"question,omitempty"`
	Greets bool                     `json:"greets,omitempty"`
	// Until, Crossed, There, Edit and Deleted came with the hold.
	Until   stamp       `json:"until,omitzero"`
	Came    stamp       `json:"came,omitzero"`
	Waited  bool        `json:"waited,omitempty"`
	Looking bool        `json:"looking,omitempty"`
	Looked  bool        `json:"looked,omitempty"`
	Found   bool        `json:"found,omitempty"`
	Crossed string      `json:"crossed,omitempty"`
	Crosser recPlace    `json:"crossed_at,omitzero"`
	Preview bool        `json:"preview,omitempty"`
	There   []recPart   `json:"there,omitempty"`
	Edit    *recMessage `json:"edit,omitempty"`
	Deleted bool        `json:"deleted,omitempty"`
	Aside   *recAside   `json:"aside,omitempty"`
	Calls   bool        `json:"calls,omitempty"`
	Asks    bool        `json:"asks,omitempty"`
	Press   *recPress   `json:"press,omitempty"`
}

type recPress struct {
	Action   conversation.Action `json:"action,omitempty"`
	By       recPerson           `json:"by,omitzero"`
	At       stamp               `json:"at,omitzero"`
	Question uint64              `json:"question,omitempty"`
}

func toPress(p conversation.Press) recPress {
	return recPress{p.Action, recPerson(p.By), stamp{p.At}, p.Question}
}

func fromPress(r recPress) conversation.Press {
	return conversation.Press{Action: r.Action, By: conversation.Person(r.By), At: r.At.Time, Question: r.Question}
}

type recSpelled struct {
	Of     recPlace `json:"of,omitzero"`
	N      uint64   `json:"n,omitempty"`
	At     recPlace `json:"at,omitzero"`
	Greets bool     `json:"greets,omitempty"`
}

func toSpelled(s conversation.Spelled) recSpelled {
	return recSpelled{recPlace(s.Of), s.N, recPlace(s.At), s.Greets}
}

func fromSpelled(r recSpelled) conversation.Spelled {
	return conversation.Spelled{Of: conversation.Place(r.Of), N: r.N, At: conversation.Place(r.At), Greets: r.Greets}
}

type recAside struct {
	To   string     `json:"to,omitempty"`
	Said recMessage `json:"said,omitzero"`
}

type recPart struct {
	Text   recText              `json:"text,omitzero"`
	Files  []recFile            `json:"files,omitempty"`
	State  conversation.Outcome `json:"state,omitempty"`
	Reason conversation.Reason  `json:"why,omitempty"`
	Again  int                  `json:"again,omitempty"`
	IDs    []string             `json:"ids,omitempty"`
	To     string               `json:"to,omitempty"`
}

func toConversation(c conversation.Conversation) recConversation {
	return recConversation{
		ID: c.ID, Ref: recRef(c.Ref), Seq: c.Seq, Customer: recCustomer(c.Customer), Public: c.Public, Title: c.Title,
		Link: c.Link, Thread: recPlace(c.Thread), Old: each(c.Old, toPlace), Opened: stamp{c.Opened}, Heard: stamp{c.Heard},
		Turn: c.Turn, Since: stamp{c.Since}, Opening: toMessage(c.Opening), OpeningID: c.OpeningID,
		Active: stamp{c.Active}, Carded: stamp{c.Carded}, Outcome: c.Outcome, Claimer: recPerson(c.Claimer),
		Claimed: stamp{c.Claimed}, Last: recPlace(c.Last), Spoke: recPerson(c.Spoke), Spoken: stamp{c.Spoken}, Unreachable: c.Unreachable, Greeted: c.Greeted, Open: each(c.Open, toAnswer),
		Spelled: each(c.Spelled, toSpelled), Questions: c.Questions, Live: each(c.Live, toReminder), Deadlines: each(c.Deadlines, toStamp), Step: c.Step, Due: stamp{c.Due},
		Closed: stamp{c.Closed}, Snooze: toSnoozing(c.Snooze),
		Offers: each(c.Offers, toOffer), Promises: each(c.Promises, toSnoozing), Arrived: stamp{c.Arrived}, OwedBy: c.OwedBy, Window: stamp{c.Window}, WarnAt: stamp{c.WarnAt}, Warned: c.Warned, Owed: c.Owed, Otherwise: c.Otherwise, Uncounted: c.Uncounted,
		ToldClosed: stamp{c.ToldClosed}, AskedHelped: stamp{c.AskedHelped}, Rating: c.Rating,
	}
}

func fromConversation(r recConversation) conversation.Conversation {
	return conversation.Conversation{
		ID: r.ID, Ref: conversation.Ref(r.Ref), Seq: r.Seq, Customer: conversation.Customer(r.Customer), Public: r.Public,
		Title: r.Title, Link: r.Link, Thread: conversation.Place(r.Thread), Old: each(r.Old, fromPlace), Opened: r.Opened.Time,
		Heard: r.Heard.Time, Turn: r.Turn, Since: r.Since.Time, Opening: fromMessage(r.Opening), OpeningID: r.OpeningID,
		Active: r.Active.Time, Carded: r.Carded.Time, Outcome: r.Outcome,
		Claimer: conversation.Person(r.Claimer), Claimed: r.Claimed.Time, Last: conversation.Place(r.Last), Spoke: conversation.Person(r.Spoke), Spoken: r.Spoken.Time, Unreachable: r.Unreachable, Greeted: r.Greeted,
		Open: each(r.Open, fromAnswer), Spelled: each(r.Spelled, fromSpelled), Questions: r.Questions, Live: each(r.Live, fromReminder), Deadlines: each(r.Deadlines, fromStamp), Step: r.Step, Due: r.Due.Time,
		Closed: r.Closed.Time, Snooze: fromSnoozing(r.Snooze),
		Offers: each(r.offers(), fromOffer), Promises: each(r.Promises, fromSnoozing), Arrived: r.Arrived.Time, OwedBy: r.OwedBy, Window: r.Window.Time, WarnAt: r.WarnAt.Time, Warned: r.Warned, Owed: r.Owed, Otherwise: r.Otherwise, Uncounted: r.Uncounted,
		ToldClosed: r.ToldClosed.Time, AskedHelped: r.AskedHelped.Time, Rating: r.Rating,
	}
}

func toAnswer(a conversation.Answer) recAnswer {
	return recAnswer{
		At: recPlace(a.At), By: recPerson(a.By), State: a.State, Mark: a.Mark, Parts: each(a.Parts, toPart), Wrote: stamp{a.Wrote},
		Next: stamp{a.Next}, Notice: recPlace(a.Notice), Also: each(a.NoticeAlso, toPlace), Asked: a.Question, Greets: a.Greets, Until: stamp{a.Until}, Came: stamp{a.Came}, Waited: a.Waited, Looking: a.Looking, Looked: a.Looked, Found: a.Found, Crossed: a.Crossed, Crosser: recPlace(a.CrossedAt), Preview: a.Preview,
		There: each(a.There, toPart), Edit: pointer(a.Edit, toMessage), Deleted: a.Deleted, Aside: pointer(a.Aside, toAside), Calls: a.Calls, Asks: a.Asks, Press: pointer(a.Press, toPress),
	}
}

func fromAnswer(r recAnswer) conversation.Answer {
	return conversation.Answer{
		At: conversation.Place(r.At), By: conversation.Person(r.By), State: r.State, Mark: r.Mark,
		Parts: each(r.Parts, fromPart), Wrote: r.Wrote.Time, Next: r.Next.Time, Notice: conversation.Place(r.Notice), NoticeAlso: each(r.Also, fromPlace), Question: r.Asked, Greets: r.Greets,
		Until: r.Until.Time, Came: r.Came.Time, Waited: r.Waited, Looking: r.Looking, Looked: r.Looked, Found: r.Found, Crossed: r.Crossed, CrossedAt: conversation.Place(r.Crosser), Preview: r.Preview, There: each(r.There, fromPart), Edit: pointer(r.Edit, fromMessage), Deleted: r.Deleted, Aside: pointer(r.Aside, fromAside), Calls: r.Calls, Asks: r.Asks, Press: pointer(r.Press, fromPress),
	}
}

func toAside(a conversation.Aside) recAside { return recAside{a.To, toMessage(a.Said)} }

func fromAside(r recAside) conversation.Aside {
	return conversation.Aside{To: r.To, Said: fromMessage(r.Said)}
}

func toPart(p conversation.Part) recPart {
	return recPart{toText(p.Text), each(p.Files, toFile), p.State, p.Reason, p.Again, p.IDs, p.To}
}

func fromPart(r recPart) conversation.Part {
	return conversation.Part{
		Text: fromText(r.Text), Files: each(r.Files, fromFile), State: r.State, Reason: r.Reason, Again: r.Again, IDs: r.IDs, To: r.To,
	}
}

func encodeConversation(key []byte, c conversation.Conversation) ([]byte, error) {
	return encode(key, new(toConversation(c)))
}

func decodeConversation(key, b []byte) (conversation.Conversation, error) {
	var r recConversation
	f, body, err := unseal(key, b)
	if err == nil {
		err = unmarshal(f, body, &r)
	}
	if err != nil {
		return conversation.Conversation{}, fmt.Errorf("conversation %s: %w", readable(key), err)
	}
	return fromConversation(r), nil
}
