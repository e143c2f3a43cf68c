// One night as go-pagerduty sends it: main BASE_URL TLS_ADDRESS ROUTING_KEY prints what the client returned.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"

	"github.com/PagerDuty/go-pagerduty"
)

var said = map[string]any{}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	baseURL, tlsAddress, routingKey := os.Args[1], os.Args[2], os.Args[3]
	ctx := context.Background()
	client := pagerduty.NewClient("", pagerduty.WithV2EventsAPIEndpoint(baseURL))
	send := func(name string, event pagerduty.V2Event) string {
		event.RoutingKey = routingKey
		response, err := client.ManageEventWithContext(ctx, &event)
		must(err)
		said[name] = response
		return response.DedupKey
	}

	links := []interface{}{map[string]string{"href": "https://dash.example.com/queue", "text": "Queue"}}
	images := []interface{}{map[string]string{"src": "https://dash.example.com/queue.png"}}
	send("triggered", pagerduty.V2Event{
		Action: "trigger", DedupKey: "go/queue", Client: "worker", ClientURL: "https://worker.example.com", Links: links, Images: images,
		Payload: &pagerduty.V2Payload{
			Summary: "Queue has 12,000 messages", Source: "worker-1", Severity: "critical", Timestamp: "2026-01-05T08:59:58.315+0000",
			Component: "sqs", Group: "workers", Class: "backlog", Details: map[string]any{"oldest": "14m", "depth": 12000},
		},
	})
	send("acknowledged", pagerduty.V2Event{Action: "acknowledge", DedupKey: "go/queue"})
	send("resolved", pagerduty.V2Event{
		Action: "resolve", DedupKey: "go/queue", Payload: &pagerduty.V2Payload{Summary: "Queue is empty", Source: "worker-1", Severity: "info"},
	})
	send("unknown", pagerduty.V2Event{Action: "acknowledge", DedupKey: "go/never-triggered"})
	withoutKey := pagerduty.V2Event{
		Action: "trigger", Payload: &pagerduty.V2Payload{Summary: "Job failed", Source: "worker-2", Severity: "warning", Details: "exit code 3"},
	}
	key := send("withoutKey", withoutKey)
	send("withoutKeyResolved", pagerduty.V2Event{Action: "resolve", DedupKey: key})

	change, err := client.CreateChangeEventWithContext(ctx, pagerduty.ChangeEvent{
		RoutingKey: routingKey,
		Payload:    pagerduty.ChangeEventPayload{Summary: "Deployed worker 7.1", Source: "ci", Timestamp: "2026-01-05T09:00:00Z"},
		Links:      []pagerduty.ChangeEventLink{{Href: "https://ci.example.com/7", Text: "Build 7"}},
	})
	must(err)
	said["change"] = change

	// This function has its address built in and takes 202 alone for success, so its connections are led to this machine.
	transport := http.DefaultTransport.(*http.Transport)
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, tlsAddress)
	}
	event := pagerduty.V2Event{RoutingKey: routingKey, Action: "trigger", DedupKey: "go/exact", Payload: withoutKey.Payload}
	exact, err := pagerduty.ManageEventWithContext(ctx, event)
	must(err)
	said["exactly202"] = exact

	event.RoutingKey = "00000000000000000000000000000000"
	_, err = pagerduty.ManageEventWithContext(ctx, event)
	var refused pagerduty.EventsAPIV2Error
	if errors.As(err, &refused) {
		said["refused"] = map[string]any{"status": refused.StatusCode, "decoded": refused.APIError.Valid, "body": refused.APIError.ErrorObject}
	}
	must(json.NewEncoder(os.Stdout).Encode(said))
}
