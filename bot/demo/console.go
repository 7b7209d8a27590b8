package demo

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"unicode"
)

const (
	// keepLines is how many lines of the bot's log the page shows.
	keepLines = 120
	// maxLine is how many characters of a line are kept.
	maxLine = 500
	// maxHeld is how many bytes wait for the end of their line.
	maxHeld = 8 << 10
)

// console keeps the latest lines that the bot printed, made harmless.
type console struct {
	changed func()
	mu      sync.Mutex
	kept    []string
	count   int
}

func newConsole(changed func()) *console { return &console{changed: changed} }

// add appends a line.
func (c *console) add(line string) {
	line = sanitised(line)
	if line == "" {
		return
	}
	c.mu.Lock()
	c.kept = append(c.kept, line)
	c.kept = slices.Clone(c.kept[max(0, len(c.kept)-keepLines):])
	c.count++
	c.mu.Unlock()
	c.changed()
}

// latest are the lines kept, oldest first, and how many there have been in all.
func (c *console) latest() ([]string, int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.kept), c.count
}

// sanitised is a line without anything that could be more than text: control characters, characters that reorder or
// hide others, broken UTF-8; and of at most maxLine characters.
func sanitised(line string) string {
	n := 0
	line = strings.Map(func(r rune) rune {
		n++
		switch {
		case n > maxLine:
			return -1
		case r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp):
			return unicode.ReplacementChar
		}
		return r
	}, strings.TrimRight(line, "\r\n "))
	if n > maxLine {
		line += " …"
	}
	return line
}

// lines is an io.Writer that cuts what it gets into lines. One goroutine writes.
type lines struct {
	to   *console
	rest []byte
}

// Write never fails. A line longer than maxHeld is cut.
func (l *lines) Write(b []byte) (int, error) {
	l.rest = append(l.rest, b...)
	for {
		end := bytes.IndexByte(l.rest, '\n')
		if end < 0 {
			if len(l.rest) > maxHeld {
				l.flush()
			}
			return len(b), nil
		}
		l.to.add(string(l.rest[:end]))
		l.rest = l.rest[end+1:]
	}
}

// flush adds what has no line end.
func (l *lines) flush() {
	l.to.add(string(l.rest))
	l.rest = nil
}
