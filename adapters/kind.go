package adapters

import (
	"context"
	"encoding"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
)

// Kind is one kind of network, as adapters/all lists it.
type Kind struct {
	// Name is what `adapter = "…"` says in the config; lower case ASCII.
	Name string
	// Label is what staff read: "Telegram".
	Label string
	// Settings makes an empty settings struct for one [[account]], filled with defaults. Its fields have the tags
	// toml (the key), doc (one sentence for config.example.toml) and example (the value shown there).
	Settings func() Settings
	// New makes the adapter of one account from its settings. No I/O.
	New func(account string, s Settings, env Env) (Adapter, error)
}

// Settings are the keys of one [[account]] (or of [slack]) beyond name and adapter.
type Settings interface {
	// Problems lists every mistake; empty = fine. No I/O, no secret in it.
	Problems() []Problem
}

// Problem is one mistake in the config: the toml key and a sentence that says what to do.
type Problem struct{ Key, Text string }

// Env is what an adapter gets from the program.
type Env struct {
	Log *slog.Logger
	// Dial replaces the network in tests; nil = the real one.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// Secret is a token or key. It prints as [secret] everywhere. In the config it stands literally, as env:NAME or as
// file:PATH (the file's content without white space around it).
type Secret struct{ value string }

var (
	_ encoding.TextUnmarshaler = (*Secret)(nil)
	_ encoding.TextMarshaler   = Secret{}
	_ slog.LogValuer           = Secret{}
	_ fmt.Formatter            = Secret{}
)

// NewSecret wraps a literal value.
func NewSecret(value string) Secret { return Secret{value} }

// Reveal gives the value, for the wire only.
func (s Secret) Reveal() string { return s.value }

// IsZero says that there is none.
func (s Secret) IsZero() bool { return s.value == "" }

// UnmarshalText resolves env: and file:.
func (s *Secret) UnmarshalText(b []byte) error {
	text := string(b)
	switch {
	case strings.HasPrefix(text, "env:"):
		name := text[len("env:"):]
		s.value = strings.TrimSpace(os.Getenv(name))
		if s.value == "" {
			return fmt.Errorf("the environment variable %s is not set", name)
		}
	case strings.HasPrefix(text, "file:"):
		path := text[len("file:"):]
		data, err := os.ReadFile(path)
		if err != nil {
			var pe *os.PathError
			if errors.As(err, &pe) {
				err = pe.Err
			}
			return fmt.Errorf("the file %s cannot be read: %w", path, err)
		}
		s.value = strings.TrimSpace(string(data))
		if s.value == "" {
			return fmt.Errorf("the file %s is empty", path)
		}
	default:
		s.value = text
	}
	return nil
}

const hidden = "[secret]"

// MarshalText hides the value.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LogValue hides the value.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// Format hides the value under every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(hidden)) }
