package bolt

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"webcare/bot/conversation"
)

// The record types stand apart from the domain types: what is on disk changes only here, with a new version. Those
// whose fields are the same are converted as a whole, so that a field added to the domain does not compile until it
// is added here. Empty lists come back as nil, times in UTC.

// stamp is a time as seconds.nanoseconds since 1970; both parts count forward, also before 1970.
type stamp struct{ time.Time }

// MarshalJSON writes a number.
func (s stamp) MarshalJSON() ([]byte, error) {
	b := strconv.AppendInt(nil, s.Unix(), 10)
	if n := s.Nanosecond(); n != 0 {
		b = append(b, fmt.Sprintf(".%09d", n)...)
		b = bytes.TrimRight(b, "0")
	}
	return b, nil
}

// UnmarshalJSON reads it again.
func (s *stamp) UnmarshalJSON(b []byte) error {
	whole, part, _ := bytes.Cut(b, []byte("."))
	sec, err := strconv.ParseInt(string(whole), 10, 64)
	if err != nil {
		return fmt.Errorf("no time: %w", err)
	}
	nsec := int64(0)
	if len(part) > 0 {
		if len(part) > 9 {
			return fmt.Errorf("no time: %d digits of a second", len(part))
		}
		digits := append(bytes.Clone(part), "000000000"[len(part):]...)
		n, err := strconv.ParseUint(string(digits), 10, 32)
		if err != nil {
			return fmt.Errorf("no time: %w", err)
		}
		nsec = int64(n)
	}
	s.Time = time.Unix(sec, nsec).UTC()
	return nil
}

func each[A, B any](in []A, f func(A) B) []B {
	if len(in) == 0 {
		return nil
	}
	out := make([]B, len(in))
	for i, a := range in {
		out[i] = f(a)
	}
	return out
}

type recRef struct {
	Adapter string `json:"n,omitempty"`
	Account string `json:"a,omitempty"`
	Key     string `json:"k,omitempty"`
}

type recPlace struct {
	Team    string `json:"t,omitempty"`
	Channel string `json:"c,omitempty"`
	TS      string `json:"ts,omitempty"`
}

func toPlace(p conversation.Place) recPlace   { return recPlace(p) }
func fromPlace(r recPlace) conversation.Place { return conversation.Place(r) }

type recCustomer struct {
	ID       string `json:"id,omitempty"`
	Name     string `json:"name,omitempty"`
	Handle   string `json:"handle,omitempty"`
	Language string `json:"lang,omitempty"`
	First    string `json:"first,omitempty"`
}

type recPerson struct {
	ID       string              `json:"id,omitempty"`
	Name     string              `json:"name,omitempty"`
	Initials string              `json:"init,omitempty"`
	Photo    string              `json:"photo,omitempty"`
	MaySpeak bool                `json:"may,omitempty"`
	Why      conversation.Reason `json:"why,omitempty"`
}

type recSpan struct {
	From   int                `json:"f,omitempty"`
	To     int                `json:"t,omitempty"`
	Style  conversation.Style `json:"s,omitempty"`
	Target string             `json:"x,omitempty"`
}

type recText struct {
	Plain string    `json:"p,omitempty"`
	Spans []recSpan `json:"s,omitempty"`
}

func toText(t conversation.Text) recText {
	return recText{t.Plain, each(t.Spans, func(s conversation.Span) recSpan { return recSpan(s) })}
}

func fromText(r recText) conversation.Text {
	return conversation.Text{Plain: r.Plain, Spans: each(r.Spans, func(s recSpan) conversation.Span { return conversation.Span(s) })}
}

type recFile struct {
	ID   string                `json:"id,omitempty"`
	Name string                `json:"name,omitempty"`
	Type string                `json:"type,omitempty"`
	Size int64                 `json:"size,omitempty"`
	Kind conversation.FileKind `json:"kind,omitempty"`
}

func toFile(f conversation.File) recFile   { return recFile(f) }
func fromFile(r recFile) conversation.File { return conversation.File(r) }

type recLocation struct {
	Lat     float64 `json:"lat,omitempty"`
	Long    float64 `json:"long,omitempty"`
	Title   string  `json:"title,omitempty"`
	Address string  `json:"addr,omitempty"`
}

type recContact struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
}

type recMessage struct {
	Text      recText      `json:"text,omitzero"`
	Files     []recFile    `json:"files,omitempty"`
	Group     string       `json:"group,omitempty"`
	Location  *recLocation `json:"loc,omitempty"`
	Contact   *recContact  `json:"contact,omitempty"`
	Quote     string       `json:"quote,omitempty"`
	Forwarded string       `json:"fwd,omitempty"`
	Unknown   string       `json:"unknown,omitempty"`
}

func toMessage(m conversation.Message) recMessage {
	return recMessage{
		Text: toText(m.Text), Files: each(m.Files, toFile), Group: m.Group, Location: (*recLocation)(m.Location),
		Contact: (*recContact)(m.Contact), Quote: m.Quote, Forwarded: m.Forwarded, Unknown: m.Unknown,
	}
}

func fromMessage(r recMessage) conversation.Message {
	return conversation.Message{
		Text: fromText(r.Text), Files: each(r.Files, fromFile), Group: r.Group, Location: (*conversation.Location)(r.Location),
		Contact: (*conversation.Contact)(r.Contact), Quote: r.Quote, Forwarded: r.Forwarded, Unknown: r.Unknown,
	}
}

// pointer carries a conversion through a pointer that may be nil.
func pointer[A, B any](in *A, f func(A) B) *B {
	if in == nil {
		return nil
	}
	return new(f(*in))
}

type recEntry struct {
	ExternalID string     `json:"id,omitempty"`
	Message    recMessage `json:"msg,omitzero"`
	At         stamp      `json:"at,omitzero"`
	Edited     bool       `json:"edited,omitempty"`
}

func toEntry(e conversation.Entry) recEntry {
	return recEntry{e.ExternalID, toMessage(e.Message), stamp{e.At}, e.Edited}
}

func fromEntry(r recEntry) conversation.Entry {
	return conversation.Entry{ExternalID: r.ExternalID, Message: fromMessage(r.Message), At: r.At.Time, Edited: r.Edited}
}

type recNotice struct {
	Kind   conversation.NoticeKind `json:"k,omitempty"`
	Reason conversation.Reason     `json:"why,omitempty"`
	Name   string                  `json:"name,omitempty"`
	Detail string                  `json:"detail,omitempty"`
	Link   string                  `json:"link,omitempty"`
	Quote  recText                 `json:"quote,omitzero"`
	Doubts []recDoubted            `json:"doubts,omitempty"`
	Count  int                     `json:"count,omitempty"`
	Of     int                     `json:"of,omitempty"`
	At     stamp                   `json:"at,omitzero"`
	Parts  int                     `json:"parts,omitempty"`
}

type recDoubted struct {
	Doubt  conversation.Doubt `json:"k,omitempty"`
	Name   string             `json:"name,omitempty"`
	Detail string             `json:"detail,omitempty"`
}

func toDoubted(d conversation.Doubted) recDoubted   { return recDoubted(d) }
func fromDoubted(r recDoubted) conversation.Doubted { return conversation.Doubted(r) }

func toNotice(n conversation.Notice) recNotice {
	return recNotice{n.Kind, n.Reason, n.Name, n.Detail, n.Link, toText(n.Quote), each(n.Doubts, toDoubted), n.Count, n.Of, stamp{n.At}, n.Parts}
}

func fromNotice(r recNotice) conversation.Notice {
	return conversation.Notice{
		Kind: r.Kind, Reason: r.Reason, Name: r.Name, Detail: r.Detail, Link: r.Link, Quote: fromText(r.Quote), Doubts: each(r.Doubts, fromDoubted),
		Count: r.Count, Of: r.Of, At: r.At.Time, Parts: r.Parts,
	}
}

type recReceipt struct {
	IDs     []string     `json:"ids,omitempty"`
	Place   recPlace     `json:"place,omitzero"`
	Also    []recPlace   `json:"also,omitempty"`
	Missing []recMissing `json:"missing,omitempty"`
}

type recMissing struct {
	Name   string              `json:"name,omitempty"`
	Reason conversation.Reason `json:"why,omitempty"`
	Detail string              `json:"detail,omitempty"`
}

func toReceipt(r conversation.Receipt) recReceipt {
	return recReceipt{r.IDs, recPlace(r.Place), each(r.Also, toPlace), each(r.Missing, func(m conversation.Missing) recMissing { return recMissing(m) })}
}

func fromReceipt(r recReceipt) conversation.Receipt {
	return conversation.Receipt{
		IDs: r.IDs, Place: conversation.Place(r.Place), Also: each(r.Also, fromPlace),
		Missing: each(r.Missing, func(m recMissing) conversation.Missing { return conversation.Missing(m) }),
	}
}
