package bot

import (
	"context"
	"errors"
	"hash/fnv"
	"strconv"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
	"webcare/store"
)

var _ adapters.Shelf = deskInbox{}

const (
	// mostReady is how many ready answers there can be.
	mostReady = 500
	// askFor bounds asking Slack who somebody is: a modal waits three seconds for all of it.
	askFor = 2 * time.Second
)

// versionOf is another one for another text, so that whoever changes a ready answer has seen what it was.
func versionOf(r conversation.Ready) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(r.Text.Plain))
	for _, s := range r.Text.Spans {
		_, _ = h.Write([]byte("\x00" + strconv.Itoa(s.From) + " " + strconv.Itoa(s.To) + " " + string(s.Style) + " " + s.Target))
	}
	return strconv.FormatUint(h.Sum64(), 36)
}

// ReadyAnswers: see adapters.Shelf.
func (i deskInbox) ReadyAnswers(ctx context.Context, by string) ([]adapters.ReadyAnswer, error) {
	if err := i.Admit(ctx, by); err != nil {
		return nil, err
	}
	var all []adapters.ReadyAnswer
	err := i.b.store.View(ctx, func(tx store.Tx) error {
		all = all[:0]
		for r, err := range tx.ReadyAnswers() {
			if err != nil {
				return err
			}
			all = append(all, adapters.ReadyAnswer{Ready: r, Version: versionOf(r)})
		}
		return nil
	})
	return all, i.objection(err)
}

// KeepReady: see adapters.Shelf.
func (i deskInbox) KeepReady(ctx context.Context, by string, r conversation.Ready, was *adapters.ReadyAnswer) error {
	if err := i.Admit(ctx, by); err != nil {
		return err
	}
	r.Word, r.Language, r.Text = tidyWord(r.Word), conversation.BaseLanguage(r.Language), r.Text.Trim()
	if err := i.b.words.faulty(r); err != nil {
		return err
	}
	return i.objection(i.b.store.Update(ctx, func(tx store.Tx) error { return i.b.words.keep(tx, r, was) }))
}

// DropReady: see adapters.Shelf.
func (i deskInbox) DropReady(ctx context.Context, by string, was adapters.ReadyAnswer) error {
	if err := i.Admit(ctx, by); err != nil {
		return err
	}
	return i.objection(i.b.store.Update(ctx, func(tx store.Tx) error {
		now, there, err := readyAt(tx, was.Word, was.Language)
		if err != nil || !there {
			return err
		}
		if versionOf(now) != was.Version {
			return object(adapters.ReadyAll, i.b.words.refusal(stillThere))
		}
		return tx.DropReady(was.Word, was.Language)
	}))
}

// Admit lets only those in who may speak for us.
func (i deskInbox) Admit(ctx context.Context, by string) error {
	who, known := i.b.desk.Known(by)
	if !known {
		asking, cancel := context.WithTimeout(ctx, askFor)
		defer cancel()
		var err error
		if who, err = i.b.desk.Who(asking, by); err != nil {
			i.b.log.Warn("slack cannot say who somebody is; they were told to try again", "user", by, "err", err)
			return object(adapters.ReadyAll, i.b.words.refusal(notAsked))
		}
	}
	if !who.MaySpeak {
		return object(adapters.ReadyAll, i.b.words.notPermitted(who.Why))
	}
	return nil
}

// objection turns whatever went wrong into what a person reads.
func (i deskInbox) objection(err error) error {
	if _, is := errors.AsType[*adapters.Objections](err); is || err == nil {
		return err
	}
	i.b.log.Error("a ready answer could not be stored or read", "err", err)
	if errors.Is(i.b.storeError(err), store.ErrFull) {
		return object(adapters.ReadyAll, i.b.words.refusal(storeIsFull))
	}
	return object(adapters.ReadyAll, i.b.words.refusal(notStored))
}

func object(field adapters.ReadyField, text string) error {
	return &adapters.Objections{All: []adapters.Objection{{Field: field, Text: text}}}
}

// faulty is what is wrong with a ready answer in itself.
func (w *words) faulty(r conversation.Ready) error {
	var all []adapters.Objection
	word, text := r.Faults()
	if word != "" {
		all = append(all, adapters.Objection{Field: adapters.ReadyWord, Text: w.fault(word)})
	}
	if text != "" {
		all = append(all, adapters.Objection{Field: adapters.ReadyText, Text: w.fault(text)})
	}
	if len(all) > 0 {
		return &adapters.Objections{All: all}
	}
	return nil
}

// readyAt is the ready answer of a word and language.
func readyAt(tx store.Tx, word, language string) (conversation.Ready, bool, error) {
	all, err := ofWord(tx, word)
	for _, r := range all {
		if r.Language == language {
			return r, true, err
		}
	}
	return conversation.Ready{}, false, err
}

// keep stores a ready answer, unless something stands in its way: another one, or what somebody else did meanwhile.
func (w *words) keep(tx store.Tx, r conversation.Ready, was *adapters.ReadyAnswer) error {
	there, taken, err := readyAt(tx, r.Word, r.Language)
	if err != nil {
		return err
	}
	if taken && there.Text.Equal(r.Text) && (was == nil || was.Word == r.Word && was.Language == r.Language) {
		return nil // it is kept already
	}
	if was == nil {
		if taken {
			return object(adapters.ReadyWord, w.takenWord(r))
		}
		full, err := isFull(tx)
		switch {
		case err != nil:
			return err
		case full:
			return object(adapters.ReadyAll, w.refusal(tooManyAnswers))
		}
		return tx.PutReady(r)
	}
	old, still, err := readyAt(tx, was.Word, was.Language)
	moves := was.Word != r.Word || was.Language != r.Language
	switch {
	case err != nil:
		return err
	case moves && taken && there.Text.Equal(r.Text) && !still:
		return nil // it was moved already
	case !still:
		return object(adapters.ReadyAll, w.refusal(removedMeanwhile))
	case versionOf(old) != was.Version:
		return object(adapters.ReadyAll, w.refusal(changedMeanwhile))
	case moves && taken:
		return object(adapters.ReadyWord, w.takenWord(r))
	case moves:
		if err := tx.DropReady(was.Word, was.Language); err != nil {
			return err
		}
	}
	return tx.PutReady(r)
}

// isFull says that there can be no more ready answers.
func isFull(tx store.Tx) (bool, error) {
	n := 0
	for _, err := range tx.ReadyAnswers() {
		if err != nil {
			return false, err
		}
		n++
	}
	return n >= mostReady, nil
}
