package bot_test

import (
	"context"
	"fmt"
	"os"
	"sync"

	"webcare/store"
)

// frail is a disk that can be full, and from which the plug can be pulled right behind a commit.
type frail struct {
	store.Store
	file string

	mu    sync.Mutex
	wire  *wire // what is cut when the plug is pulled
	full  bool
	left  int    // commits until the plug is pulled; 0 = it is not
	image []byte // the file as it was then
	fuse  *fuse  // nil = there is none
}

// Update: see store.Store.
func (f *frail) Update(ctx context.Context, fn func(store.Tx) error) error {
	if f.fuse != nil {
		return f.fused(ctx, fn)
	}
	if f.isFull() {
		return fmt.Errorf("commit: %w", store.ErrFull)
	}
	err := f.Store.Update(ctx, fn)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left > 0 {
		if f.left--; f.left == 0 {
			f.wire.cut() // whatever goes out from now on is not heard
			f.image = f.now()
		}
	}
	return err
}

// fused is an Update of a bot that may die before it or behind it. What it writes when it is dead is in no image.
func (f *frail) fused(ctx context.Context, fn func(store.Tx) error) error {
	f.fuse.at(beforeCommit)
	err := f.Store.Update(ctx, fn)
	f.fuse.at(behindCommit)
	return err
}

// now is the file as it stands: a transaction that reads keeps the pages it is made of from being written again.
func (f *frail) now() (image []byte) {
	_ = f.View(context.Background(), func(store.Tx) (err error) {
		image, err = os.ReadFile(f.file)
		return err
	})
	return image
}

// keep has the file be as it is now for the next life.
func (f *frail) keep() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.image = f.now()
}

func (f *frail) isFull() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.full
}

func (f *frail) set(full bool, left int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.full, f.left = full, left
}

// dead is the data file as the plug left it, nil while the plug is in.
func (f *frail) dead() []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.image
}
