package bot_test

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"webcare/store"
)

// frail is a disk that can be full, and from which the plug can be pulled right behind a commit.
type frail struct {
	store.Store
	file string

	mu    sync.RWMutex
	wire  *wire // what is cut when the plug is pulled
	full  bool
	left  int    // commits until the plug is pulled; 0 = it is not
	image []byte // the file as it was then
	fuse  *fuse  // nil = there is none
}

// Update: see store.Store. What is in no hurry waits here, where the plug can be pulled meanwhile.
func (f *frail) Update(ctx context.Context, fn func(store.Tx) error) error {
	time.Sleep(store.Patience(ctx))
	ctx = store.Patient(ctx, 0)
	if f.fuse != nil {
		return f.fused(ctx, fn)
	}
	f.mu.RLock()
	full, armed := f.full, f.left > 0
	if !armed {
		defer f.mu.RUnlock()
		if full {
			return fmt.Errorf("commit: %w", store.ErrFull)
		}
		return f.Store.Update(ctx, fn)
	}
	f.mu.RUnlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	err := f.Store.Update(ctx, fn)
	if f.left > 0 {
		if f.left--; f.left == 0 {
			f.image, _ = os.ReadFile(f.file)
			f.wire.cut()
		}
	}
	return err
}

// fused is an Update of a bot that may die before it or behind it. What it writes when it is dead is in no image.
func (f *frail) fused(ctx context.Context, fn func(store.Tx) error) error {
	f.fuse.at(beforeCommit)
	f.mu.RLock()
	err := f.Store.Update(ctx, fn)
	f.mu.RUnlock()
	f.fuse.at(behindCommit)
	return err
}

// keep has the file be as it is now for the next life.
func (f *frail) keep() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.image, _ = os.ReadFile(f.file)
}

func (f *frail) set(full bool, left int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.full, f.left = full, left
}

// dead is the data file as the plug left it, nil while the plug is in.
func (f *frail) dead() []byte {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.image
}
