package bot

import (
	"fmt"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"webcare/bot/conversation"
)

// metrics are what a monitoring system reads. No label holds anything a customer controls.
type metrics struct {
	events *prometheus.CounterVec
	jobs   *prometheus.CounterVec
	// decided counts the decisions of the clock by reason, held the direct reminders that waited for somebody not to be
	// disturbed.
	decided *prometheus.CounterVec
	held    prometheus.Counter
}

func newMetrics(b *Bot, r prometheus.Registerer) *metrics {
	m := &metrics{
		events:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "webcare_events_total", Help: "Events delivered by each account, repeated ones included."}, []string{"account"}),
		jobs:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "webcare_jobs_total", Help: "Calls to the outside world by effect and outcome."}, []string{"effect", "outcome"}),
		decided: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "webcare_nudges_total", Help: "Decisions about reminding staff of a customer, by reason."}, []string{"why"}),
		held:    prometheus.NewCounter(prometheus.CounterOpts{Name: "webcare_nudges_held_total", Help: "Direct reminders that waited until their person could be disturbed."}),
	}
	if r == nil {
		return m
	}
	r.MustRegister(m.events, m.jobs, m.decided, m.held)
	gates := map[string]*gate{"desk": b.outbox.desk, "desk_marks": b.outbox.soft, "desk_people": b.outbox.people}
	for name, g := range b.outbox.out {
		gates["account_"+name] = g
	}
	for name, g := range gates {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "webcare_waiting_jobs", Help: "Jobs waiting for their turn.", ConstLabels: prometheus.Labels{"gate": name},
		}, func() float64 { return float64(g.length()) }))
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "webcare_network_down", Help: "1 while a network cannot be reached.", ConstLabels: prometheus.Labels{"gate": name},
		}, func() float64 {
			if g.isDown() {
				return 1
			}
			return 0
		}))
	}
	return m
}

func (m *metrics) heard(account string, n int) { m.events.WithLabelValues(account).Add(float64(n)) }

func (m *metrics) job(e conversation.Effect, o conversation.Outcome) {
	m.jobs.WithLabelValues(kindOf(e), string(o)).Inc()
}

// kindOf is the name of an effect for logs and metrics.
func kindOf(e conversation.Effect) string {
	return strings.ToLower(strings.TrimPrefix(fmt.Sprintf("%T", e), "conversation."))
}
