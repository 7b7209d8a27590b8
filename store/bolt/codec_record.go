package bolt

import (
	"fmt"

	"webcare/bot/conversation"
	"webcare/store"
)

// recRecorded is an event in the history; its conversation and number stand in the key.
type recRecorded struct {
	At    stamp  `json:"at,omitzero"`
	Event tagged `json:"e"`
}

type unRecorded struct {
	At    stamp    `json:"at"`
	Event untagged `json:"e"`
}

// parkedFields are the fields of a parked event; its number is the key.
type parkedFields struct {
	Account string   `json:"account,omitempty"`
	Thread  recPlace `json:"thread,omitzero"`
	At      stamp    `json:"at,omitzero"`
	ID      string   `json:"id,omitempty"`
	By      string   `json:"by,omitempty"`
}

type recParked struct {
	Fields parkedFields `json:"p"`
	Event  tagged       `json:"e"`
}

type unParked struct {
	Fields parkedFields `json:"p"`
	Event  untagged     `json:"e"`
}

// jobFields are the fields of a job; its key is the key.
type jobFields struct {
	State    store.State         `json:"state"`
	At       stamp               `json:"at,omitzero"`
	After    stamp               `json:"after,omitzero"`
	Started  stamp               `json:"started,omitzero"`
	Attempt  int                 `json:"try,omitempty"`
	Tried    stamp               `json:"tried,omitzero"`
	Progress string              `json:"progress,omitempty"`
	Reason   conversation.Reason `json:"why,omitempty"`
	Detail   string              `json:"detail,omitempty"`
}

type recJob struct {
	Fields jobFields `json:"j"`
	Effect tagged    `json:"e"`
}

type unJob struct {
	Fields jobFields `json:"j"`
	Effect untagged  `json:"e"`
}

// recReady is a ready answer. Word and language stand in the key as well.
type recReady struct {
	Word     string  `json:"w,omitempty"`
	Language string  `json:"lang,omitempty"`
	Text     recText `json:"text,omitzero"`
}

func toReady(r conversation.Ready) recReady { return recReady{r.Word, r.Language, toText(r.Text)} }

func fromReady(r recReady) conversation.Ready {
	return conversation.Ready{Word: r.Word, Language: r.Language, Text: fromText(r.Text)}
}

type recCursor struct {
	Cursor string `json:"c"`
}

func open(what string, key, b []byte, rec any) (form, error) {
	f, body, err := unseal(key, b)
	if err == nil {
		err = unmarshal(f, body, rec)
	}
	if err != nil {
		return 0, fmt.Errorf("%s %s: %w", what, readable(key), err)
	}
	return f, nil
}

func encodeRecorded(key []byte, r store.Recorded) ([]byte, error) {
	e, err := toEvent(r.Event)
	if err != nil {
		return nil, err
	}
	return encode(key, &recRecorded{stamp{r.At}, e})
}

// decodeRecorded leaves Seq to the caller, who knows the key.
func decodeRecorded(key, b []byte) (store.Recorded, error) {
	var r unRecorded
	f, err := open("event", key, b, &r)
	if err != nil {
		return store.Recorded{}, err
	}
	e, err := fromEvent(f, r.Event)
	if err != nil {
		return store.Recorded{}, fmt.Errorf("event %s: %w", readable(key), err)
	}
	return store.Recorded{At: r.At.Time, Event: e}, nil
}

func encodeParked(key []byte, p store.Parked) ([]byte, error) {
	e, err := toEvent(p.Event)
	if err != nil {
		return nil, err
	}
	return encode(key, &recParked{parkedFields{p.Account, recPlace(p.Thread), stamp{p.At}, p.ID, p.By}, e})
}

// decodeParked leaves Seq to the caller, who knows the key.
func decodeParked(key, b []byte) (store.Parked, error) {
	var r unParked
	f, err := open("parked event", key, b, &r)
	if err != nil {
		return store.Parked{}, err
	}
	e, err := fromEvent(f, r.Event)
	if err != nil {
		return store.Parked{}, fmt.Errorf("parked event %s: %w", readable(key), err)
	}
	p := r.Fields
	return store.Parked{Account: p.Account, Thread: conversation.Place(p.Thread), At: p.At.Time, ID: p.ID, By: p.By, Event: e}, nil
}

func encodeJob(key []byte, j store.Job) ([]byte, error) {
	e, err := toEffect(j.Effect)
	if err != nil {
		return nil, err
	}
	return encode(key, &recJob{jobFields{
		j.State, stamp{j.At}, stamp{j.After}, stamp{j.Started}, j.Attempt, stamp{j.Tried}, j.Progress, j.Reason, j.Detail,
	}, e})
}

// decodeJob reads the job k, which stands under key.
func decodeJob(key []byte, k store.Key, b []byte) (store.Job, error) {
	var r unJob
	f, err := open("job", key, b, &r)
	if err != nil {
		return store.Job{}, err
	}
	e, err := fromEffect(f, r.Effect)
	if err != nil {
		return store.Job{}, fmt.Errorf("job %s: %w", k, err)
	}
	j := r.Fields
	return store.Job{
		Key: k, Effect: e, State: j.State, At: j.At.Time, After: j.After.Time, Started: j.Started.Time, Attempt: j.Attempt,
		Tried: j.Tried.Time, Progress: j.Progress, Reason: j.Reason, Detail: j.Detail,
	}, nil
}
