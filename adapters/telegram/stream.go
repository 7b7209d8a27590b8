package telegram

import (
	"context"
	"errors"
	"io"
	"sync"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// stream is a file on its way: opened at the first read, never held in memory, closed by whoever is last.
type stream struct {
	ctx    context.Context
	cancel context.CancelFunc
	file   adapters.Attachment
	most   int64

	mu     sync.Mutex
	from   io.ReadCloser
	read   int64
	busy   bool
	closed bool
	err    error // why it could not be read to its end
}

func newStream(ctx context.Context, f adapters.Attachment, most int64) *stream {
	s := &stream{file: f, most: most}
	s.ctx, s.cancel = context.WithCancel(ctx)
	return s
}

var errClosed = errors.New("the file was closed")

// Read is called by one goroutine; close by any.
func (s *stream) Read(p []byte) (int, error) {
	s.mu.Lock()
	if s.closed || s.err != nil {
		defer s.mu.Unlock()
		return 0, errors.Join(errClosed, s.err)
	}
	s.busy = true
	from := s.from
	s.mu.Unlock()
	var n int
	var err error
	if from == nil {
		from, err = s.open()
	}
	if err == nil {
		n, err = from.Read(p)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy, s.from = false, from
	if s.closed {
		s.shut()
		return 0, errClosed
	}
	s.read += int64(n)
	if s.read > s.most {
		err = tooBig(s.most)
	}
	if err != nil {
		s.shut()
		if !errors.Is(err, io.EOF) {
			s.err = err
		}
	}
	return n, err
}

func (s *stream) open() (io.ReadCloser, error) {
	from, length, err := s.file.Open(s.ctx)
	if err != nil {
		return nil, err
	}
	if length > s.most {
		_ = from.Close()
		return nil, tooBig(s.most)
	}
	return from, nil
}

func (s *stream) shut() {
	if s.from != nil {
		_ = s.from.Close()
		s.from = nil
	}
	s.closed = true
}

// close ends the download. It does not wait for a read that is under way.
func (s *stream) close() {
	s.cancel()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.busy {
		s.shut()
	}
	s.closed = true
}

func (s *stream) failed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

func tooBig(most int64) error {
	return refused(conversation.FileTooBig, "the file is larger than the %d MB that Telegram takes", most>>20)
}
