package bot

import (
	"encoding/json"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"webcare/adapters"
)

// Handler serves what the outside may ask: /healthz (the process lives), /readyz (every account hears and speaks; else
// 503 with a line for each that does not), /metrics, and /hook/<account> for accounts that hear by HTTP.
func (b *Bot) Handler(metrics prometheus.Gatherer) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("ok\n"))
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		ills := b.health.ills()
		if len(ills) > 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"ready": len(ills) == 0, "trouble": ills})
	})
	if metrics != nil {
		mux.Handle("GET /metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}))
	}
	turns := make(chan struct{}, hooksAtOnce)
	for _, a := range b.order {
		if h, is := a.Adapter.(adapters.HTTPHandler); is {
			mux.Handle("/hook/"+a.Name, inTurn(turns, h.Handler(inbox{b, a})))
		}
	}
	return mux
}
