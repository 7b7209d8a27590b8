// Package all lists the networks that webcare knows: one line each, and that line is all it takes to add one.
package all

import (
	"webcare/adapters"
	"webcare/adapters/telegram"
	"webcare/adapters/webhook"
)

// Kinds lists every kind of network, in the order of config.example.toml.
func Kinds() []adapters.Kind {
	return []adapters.Kind{
		telegram.Kind(),
		webhook.Kind(),
	}
}
