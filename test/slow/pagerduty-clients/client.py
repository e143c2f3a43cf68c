"""One night as PagerDuty's own Python client sends it: client.py BASE_URL ROUTING_KEY prints what the client returned."""

import json
import sys

from pagerduty import EventsApiV2Client, HttpError

base_url, routing_key = sys.argv[1:]
client = EventsApiV2Client(routing_key, base_url=base_url)
client.sleep_timer = 0.05

links = [{"href": "https://dash.example.com/db-1", "text": "Dashboard"}]
images = [{"src": "https://dash.example.com/db-1.png", "alt": "Disk", "href": "https://dash.example.com/disk"}]
payload = {
    "timestamp": "2026-01-05T08:59:58.123456+00:00",
    "component": "postgres",
    "group": "prod-datapipe",
    "class": "disk",
}
said = {
    "triggered": client.trigger(
        "Disk 99% full on db-1",
        "db-1.example.com",
        dedup_key="python/db-1/disk",
        payload=payload,
        custom_details={"free": "1%", "load": [0.75, 0.5]},
        images=images,
        links=links,
    ),
    "repeated": client.trigger("Disk 99% full on db-1", "db-1.example.com", dedup_key="python/db-1/disk", severity="warning"),
    "acknowledged": client.acknowledge("python/db-1/disk"),
    "resolved": client.resolve("python/db-1/disk"),
    "unknown": client.resolve("python/never-triggered"),
}
said["withoutKey"] = client.trigger("Replication lag 40 s", "db-2.example.com", severity="error")
said["withoutKeyResolved"] = client.resolve(said["withoutKey"])
client.submit("Deployed checkout 4.2", source="ci", timestamp="2026-01-05T09:00:00Z", custom_details={"build": 42}, links=links)

stranger = EventsApiV2Client("0" * 32, base_url=base_url)
try:
    stranger.trigger("Nobody knows me", "nowhere")
except HttpError as error:
    said["refused"] = {"status": error.response.status_code, "body": error.response.json()}
print(json.dumps(said))
