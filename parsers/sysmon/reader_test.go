package sysmon

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

const exit = `{"EventID":5,"SourceName":"Microsoft-Windows-Sysmon","Hostname":"w","UtcTime":"2024-03-01 08:00:01.000","ProcessId":"101"}` + "\n"

func TestAFailingInputGivesWhatCameBefore(t *testing.T) {
	broken := errors.New("gzip: invalid checksum")
	for name, f := range map[string]ingest.Format{exit: format{}, strings.TrimSpace(xmlExit): xmlFormat{}} {
		in := io.MultiReader(strings.NewReader(name+name[:40]), iotest.ErrReader(broken))
		events, account, err := readAs(f, in)
		if !errors.Is(err, broken) || len(events) != 1 || !account.Truncated || !account.Balanced() {
			t.Errorf("%s: %d events, %+v, %v", f.Name(), len(events), account, err)
		}
	}
}

const xmlExit = `<Event><System><Provider Name="Microsoft-Windows-Sysmon"/><EventID>5</EventID></System><EventData><Data Name="ProcessId">7</Data></EventData></Event>` + "\n"

// TestBytesComeInAnyPortion holds that nothing depends on how reads are cut.
func TestBytesComeInAnyPortion(t *testing.T) {
	for _, in := range scenarioInputs(t) {
		for _, f := range []ingest.Format{format{}, xmlFormat{}} {
			want, account, _ := readAs(f, bytes.NewReader(in))
			got, account2, _ := readAs(f, iotest.OneByteReader(bytes.NewReader(in)))
			if len(got) != len(want) || account.Records != account2.Records || account.Skipped != account2.Skipped || account.Malformed != account2.Malformed {
				t.Errorf("%s: %+v\nbyte by byte %+v", f.Name(), account, account2)
			}
		}
	}
}

// TestTheConsumerMayStop holds that nothing is yielded after it did.
func TestTheConsumerMayStop(t *testing.T) {
	for _, in := range append(scenarioInputs(t), []byte(strings.Repeat(exit, 3)+"x\n")) {
		for _, f := range []ingest.Format{format{}, xmlFormat{}} {
			for range f.Events(&ingest.Input{R: bytes.NewReader(in), Account: &event.Account{}}) {
				break // the runtime panics if the reader goes on
			}
		}
	}
}
