package bot

import (
	"math"

	"webcare/bot/conversation"
	"webcare/store"
)

// Most jobs stand in their lane in the order of their events. Four must not, or the thread would read in another order
// than the customer wrote, or the customer than staff did: the files of a message stand directly behind it; what was
// waiting for a card that is gone stands behind the new card; a post that found the card gone goes before the others that
// wait for the new one; and what is left to send of an answer goes before the next answer.
const (
	// filesBehind is what the number of a job grows by for the files of its message, moved the distance between jobs
	// that were moved behind a card. An event causes far fewer effects than either.
	filesBehind = 100
	moved       = 1000
	// anew is what the number of a job grows by each time that the rest of its answer is sent anew, and apart the room that
	// each of several answers of one event has for that: an answer has fewer parts than 200, and each goes anew at most
	// three times.
	anew  = 1000
	apart = 1000 * anew
)

// numbered gives the jobs of an event their numbers: in its order, with room behind each answer for what is sent of it anew.
func numbered(effects []conversation.Effect) []int {
	numbers := make([]int, len(effects))
	room, last := -1, conversation.Place{}
	for n, effect := range effects {
		numbers[n] = n
		if effect.Way() != conversation.Outward {
			continue
		}
		send, is := effect.(conversation.Send)
		if !is || room < 0 || send.Answer != last {
			room++
		}
		last = send.Answer
		numbers[n] += min(room, math.MaxInt32/apart-1) * apart // the store's numbers end there
	}
	return numbers
}

// place gives a new job, that of the n-th effect of an event, its key where that does not follow from its event alone, and
// moves the jobs that must stand behind it.
func place(tx store.Tx, j *store.Job, n int, e conversation.Event, parent *store.Job) error {
	switch j.Effect.(type) {
	case conversation.ShowFiles:
		if parent != nil && !foundGone(e) {
			j.Key.Seq, j.Key.N = parent.Key.Seq, parent.Key.N+filesBehind
			return nil
		}
	case conversation.OpenCard:
		return moveBehind(tx, *j, parent)
	case conversation.Send:
		if parent != nil && parent.Effect.Way() == conversation.Outward {
			j.Key.Seq, j.Key.N = parent.Key.Seq, (parent.Key.N/anew+1)*anew+n
			return nil
		}
	}
	if parent == nil || !foundGone(e) || !threaded(j.Effect) {
		return nil
	}
	card, err := waitingCard(tx, j.Lane())
	if err != nil || card.Conversation == "" || card.Seq == j.Key.Seq {
		return err // none, or it comes from the same event
	}
	j.Key = card // or the first number behind it that is free: enqueueAnew
	j.Key.N++
	return nil
}

// foundGone says that a post came back because its thread is gone.
func foundGone(e conversation.Event) bool {
	ended, is := e.(conversation.Ended)
	return is && ended.Outcome == conversation.Refused && ended.Reason == conversation.Gone
}

// waitingCard is the key of the card that is to be posted, if there is one.
func waitingCard(tx store.Tx, l store.Lane) (store.Key, error) {
	for j, err := range tx.Lane(l) {
		if err != nil {
			return store.Key{}, err
		}
		if _, is := j.Effect.(conversation.OpenCard); is {
			return j.Key, nil
		}
	}
	return store.Key{}, nil
}

// moveBehind gives what waits for the thread of a card a place behind it, in the same order. None of it has been posted.
func moveBehind(tx store.Tx, card store.Job, parent *store.Job) error {
	var waiting []store.Job
	for j, err := range tx.Lane(card.Lane()) {
		if err != nil {
			return err
		}
		if j.State == store.Ready && threaded(j.Effect) && (parent == nil || j.Key != parent.Key) {
			waiting = append(waiting, j)
		}
	}
	for n, j := range waiting {
		if err := tx.Drop(j.Key); err != nil {
			return err
		}
		j.Key.Seq, j.Key.N = card.Key.Seq, (n+1)*moved
		if _, err := enqueueAnew(tx, j); err != nil {
			return err
		}
	}
	return nil
}
