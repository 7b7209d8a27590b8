package bolt

import (
	"fmt"
	"iter"

	"webcare/bot/conversation"
)

// longestWord is the most bytes of a word, and of its language.
const longestWord = 255

func (t *tx) PutReady(r conversation.Ready) error {
	if r.Word == "" || len(r.Word) > longestWord || len(r.Language) > longestWord {
		return fmt.Errorf("the word of a ready answer has 1 to %d bytes, its language at most %d; these have %d and %d", longestWord, longestWord, len(r.Word), len(r.Language))
	}
	key := readyKey(r.Word, r.Language)
	b, err := encode(key, new(toReady(r)))
	if err != nil {
		return fmt.Errorf("ready answer %q: %w", r.Word, err)
	}
	return t.put(ready, key, b)
}

// DropReady of what is not there changes nothing.
func (t *tx) DropReady(word, language string) error { return t.del(ready, readyKey(word, language)) }

func (t *tx) Ready(word string) iter.Seq2[conversation.Ready, error] {
	prefix := wordKey(word)
	return t.readyIn(prefix, after(prefix))
}

func (t *tx) ReadyAnswers() iter.Seq2[conversation.Ready, error] { return t.readyIn(nil, nil) }

func (t *tx) readyIn(from, to []byte) iter.Seq2[conversation.Ready, error] {
	return func(yield func(conversation.Ready, error) bool) {
		for p, err := range t.scan(ready, from, to) {
			var r conversation.Ready
			if err == nil {
				r, err = decodeReady(p)
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

func decodeReady(p pair) (conversation.Ready, error) {
	var r recReady
	if _, err := open("ready answer", p.key, p.value, &r); err != nil {
		return conversation.Ready{}, err
	}
	return fromReady(r), nil
}
