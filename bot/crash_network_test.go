package bot_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// whole is what the Telegram account can do.
type whole interface {
	adapters.Adapter
	adapters.Fetcher
	adapters.Editor
	adapters.Deleter
}

// asked is a network that can be asked what became of a message: Telegram, if it could.
type asked struct {
	whole
	c *chaos
}

// Send: see adapters.Adapter.
func (n asked) Send(ctx context.Context, to conversation.Ref, m adapters.Outgoing) (conversation.Receipt, error) {
	n.c.knowKey(m)
	return n.whole.Send(ctx, to, m)
}

// Find: see adapters.Finder.
func (n asked) Find(_ context.Context, _ conversation.Ref, key string, _ time.Time) (conversation.Receipt, bool, error) {
	if err := n.c.call(); err != nil {
		return conversation.Receipt{}, false, err
	}
	receipt, found := n.c.arrived(key)
	return receipt, found, nil
}

// keyed is a network that takes a message with the same key once.
type keyed struct {
	whole
	c *chaos
}

// KeyLives: see adapters.Keyed.
func (n keyed) KeyLives() time.Duration { return 24 * time.Hour }

// Send: see adapters.Adapter.
func (n keyed) Send(ctx context.Context, to conversation.Ref, m adapters.Outgoing) (conversation.Receipt, error) {
	n.c.knowKey(m)
	if receipt, there := n.c.arrived(m.Key); there {
		return receipt, n.c.call()
	}
	return n.whole.Send(ctx, to, m)
}

// call is a call that can go wrong as the others can.
func (c *chaos) call() error {
	f := c.w.fuse
	if f.at(beforeCall) || f.at(behindCall) {
		return errDead
	}
	if f.fault() != works {
		return errors.New("the connection is gone")
	}
	return nil
}

// knowKey remembers on the side of the network what is sent under a key.
func (c *chaos) knowKey(m adapters.Outgoing) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.keys == nil {
		c.keys = map[string]string{}
	}
	c.keys[m.Key] = m.Text.Plain
}

// arrived looks on the phones for what was sent under a key: no two answers of a history are the same.
func (c *chaos) arrived(key string) (conversation.Receipt, bool) {
	c.mu.Lock()
	text, known := c.keys[key]
	c.mu.Unlock()
	if !known {
		return conversation.Receipt{}, false
	}
	for _, p := range c.people {
		for _, m := range p.Messages() {
			if m.ByBot && strings.HasPrefix(m.Text, text) {
				return conversation.Receipt{IDs: []string{strconv.Itoa(m.MessageID)}}, true
			}
		}
	}
	return conversation.Receipt{}, false
}
