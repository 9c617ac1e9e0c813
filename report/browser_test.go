package report

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser is a page open in a real browser and everything it complained of.
type browser struct {
	context.Context
	t        *testing.T
	mu       sync.Mutex
	trouble  []string // console messages, exceptions, violations of the policy
	requests []string // what the page asked for, itself included
}

// openPage writes d as a page and opens it from its file, as a reader would.
func openPage(t *testing.T, d *Document, script bool) *browser {
	t.Helper()
	path := chromium(t)
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, render(t, d, HTML, Style{}), 0o600); err != nil {
		t.Fatal(err)
	}
	options := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	options = append(options, chromedp.ExecPath(path), chromedp.NoSandbox)
	if !script {
		options = append(options, chromedp.Flag("blink-settings", "scriptEnabled=false"))
	}
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &browser{Context: ctx, t: t}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatalf("starting %s: %v", path, err)
	}
	b.enable(log.Enable, runtime.Enable)
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.Navigate((&url.URL{Scheme: "file", Path: file}).String()), chromedp.WaitReady(chromedp.ID("manifest")))
	return b
}

// chromium finds the browser or skips the test.
func chromium(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser test; not run with -short")
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no chromium on this machine: the page's behaviour in a browser is not tested (Debian: apt-get install chromium)")
	return ""
}

func (b *browser) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		b.trouble = append(b.trouble, e.Entry.Text)
	case *runtime.EventConsoleAPICalled:
		b.trouble = append(b.trouble, "console."+string(e.Type))
	case *runtime.EventExceptionThrown:
		b.trouble = append(b.trouble, e.ExceptionDetails.Text)
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, "data:,") {
			b.requests = append(b.requests, e.Request.URL)
		}
	}
}

// enable turns on kinds of events.
func (b *browser) enable(commands ...cdp.Command[cdp.Empty, cdp.Empty]) {
	b.t.Helper()
	for _, c := range commands {
		if _, err := chromedp.Call(b, c, cdp.Empty{}); err != nil {
			b.t.Fatal(err)
		}
	}
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// eval returns what a JavaScript expression gives, as JSON.
func (b *browser) eval(expression string) string {
	b.t.Helper()
	out, err := chromedp.Run(b, chromedp.Evaluate[[]byte](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return string(out)
}

// want fails the test unless expression gives the JSON value.
func (b *browser) want(expression, value string) {
	b.t.Helper()
	if got := b.eval(expression); got != value {
		b.t.Errorf("%s = %s, want %s", expression, got, value)
	}
}

// wantQuiet fails the test if the page complained or asked for anything.
func (b *browser) wantQuiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.trouble) > 0 {
		b.t.Errorf("the browser reports %q", b.trouble)
	}
	if len(b.requests) != 1 {
		b.t.Errorf("the page made requests: %q", b.requests)
	}
}

// ranks lists the findings that are visible, in the order of the page.
const ranks = `[...document.querySelectorAll("#list > li")].filter(e => !e.hidden).map(e => +e.dataset.rank)`
