package slack

import (
	"encoding/json"
	"strconv"
	"testing"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// BenchmarkQueueBlocks lays a full page of the queue out as the Home tab that is sent to Slack.
func BenchmarkQueueBlocks(b *testing.B) {
	q := adapters.Queue{Title: "10,000 customers wait (Telegram 10,000) · 0 answered today", Pages: 10_000 / adapters.QueueLines}
	section := adapters.QueueSection{Title: "They wait"}
	for n := range adapters.QueueLines {
		section.Lines = append(section.Lines, adapters.QueueLine{
			Who: "Jan de Vries-van den Berg " + strconv.Itoa(n) + " · Telegram (acme)", How: "Our turn: the customer has been waiting since 09:00", Tint: "waiting",
			Thread: conversation.Place{Team: "T0000001", Channel: "C0000001", TS: "1700000000.000" + strconv.Itoa(100+n)},
		})
	}
	q.Sections = []adapters.QueueSection{section}
	c := &counter{d: &Desk{}, words: newViewWords(NewSettings().words())}
	for b.Loop() {
		raw, err := json.Marshal(c.queueBlocks(q, nil))
		if err != nil || len(raw) < 1000 {
			b.Fatal(len(raw), err)
		}
	}
}
