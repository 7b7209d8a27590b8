package bot

import (
	"time"

	"webcare/adapters"
)

// pings has the gate of an account ask its network. It ends with the outbox, and then nobody is called.
func (o *outbox) pings(p adapters.Pinger) func(func(ending, time.Duration)) {
	return func(then func(ending, time.Duration)) {
		o.mu.Lock()
		defer o.mu.Unlock()
		if o.ctx.Err() != nil {
			return
		}
		o.wg.Go(func() {
			if err := contained(func() error { return p.Ping(o.ctx) }); err != nil {
				then(faultEnding(err))
				return
			}
			then(wentWell, 0)
		})
	}
}
