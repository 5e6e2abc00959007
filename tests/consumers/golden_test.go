package events

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Every golden event is read as one of the types, each field of which the types know.
func TestGoldenEvents(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.json")
	if len(files) < 40 {
		t.Fatalf("only %d golden files", len(files))
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		event, err := Parse(body)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if _, unknown := event.(*UnknownEvent); unknown {
			t.Fatalf("%s: %s is unknown", file, event.Attributes().Type)
		}
		strict := json.NewDecoder(bytes.NewReader(body))
		strict.DisallowUnknownFields()
		if err := strict.Decode(event); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}
