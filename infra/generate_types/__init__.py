"""Makes the types of the events in other languages from the JSON Schema of the event contract."""
