package bot

import (
	"fmt"
	"slices"

	"webcare/bot/conversation"
	"webcare/store"
)

// called finds the ready answers that a staff message calls, in the customer's language, or else the account's. A
// message that calls none costs nothing.
func (b *Bot) called(tx store.Tx, c conversation.Conversation, m conversation.Message) (conversation.Called, error) {
	var out conversation.Called
	missing := false
	for _, word := range m.Text.Calls() {
		all, err := ofWord(tx, word)
		if err != nil {
			return out, err
		}
		one, found := conversation.Choose(all, c.Customer.Language, b.accounts[c.Ref.Account].Language)
		if !found {
			missing = true
			continue
		}
		out.Found = append(out.Found, one)
	}
	if !missing {
		return out, nil
	}
	words, err := wordsOf(tx)
	out.Words = words[:min(len(words), conversation.MostWords)]
	out.More = len(words) - len(out.Words)
	return out, err
}

// ofWord lists the ready answers of a word, in all languages.
func ofWord(tx store.Tx, word string) ([]conversation.Ready, error) {
	var all []conversation.Ready
	for r, err := range tx.Ready(word) {
		if err != nil {
			return nil, fmt.Errorf("the ready answer %q: %w", word, err)
		}
		all = append(all, r)
	}
	return all, nil
}

// wordsOf lists all words, each once.
func wordsOf(tx store.Tx) ([]string, error) {
	var words []string
	for r, err := range tx.ReadyAnswers() {
		if err != nil {
			return nil, fmt.Errorf("the ready answers: %w", err)
		}
		words = append(words, r.Word)
	}
	return slices.Compact(words), nil
}
