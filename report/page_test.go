package report

import (
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

var shots = flag.String("shots", "", "folder to write screenshots of the page to")

// show switches between light and dark and sets the size of the window.
func (b *browser) show(width int64, scheme string) {
	b.t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(b, emulation.SetEmulatedMedia, media); err != nil {
		b.t.Fatal(err)
	}
	b.do(chromedp.EmulateViewport(width, 900))
}

// shoot writes a picture of the whole page if asked for.
func (b *browser) shoot(name string) {
	b.t.Helper()
	if *shots == "" {
		return
	}
	png, err := chromedp.Run(b, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*shots, name+".png"), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

func (b *browser) typeFilter(text string) {
	b.t.Helper()
	b.do(chromedp.SendKeys(chromedp.ID("filter"), text))
}

func (b *browser) sortBy(order string) {
	b.t.Helper()
	b.eval(`(s => { s.value = "` + order + `"; s.dispatchEvent(new Event("change")) })(document.getElementById("sort")); 1`)
}

func TestPageFilters(t *testing.T) {
	b := openPage(t, webServer(), true)
	b.want(ranks, "[1,2,3,4]")
	for _, c := range []struct{ text, ranks string }{
		{"kdevtmpfsi", "[1]"},
		{"KDEV pool.example", "[1]"}, // all words, in any case
		{"invoice.docm", "[3]"},      // a command line of a hop not opened
		{"pid 830", "[1]"},
		{"nothing like this", "[]"},
		{"session", "[]"}, // a label is not evidence
	} {
		b.typeFilter(c.text)
		if got := b.eval(ranks); got != c.ranks {
			t.Errorf("filter %q shows %s, want %s", c.text, got, c.ranks)
		}
		b.typeFilter(kb.Escape)
	}
	b.want(ranks, "[1,2,3,4]")
	b.typeFilter("zzz")
	b.want(`[document.getElementById("shown").textContent, document.getElementById("none").hidden]`, `["0 of 4 findings match",false]`)
	b.typeFilter(kb.Escape)
	b.do(chromedp.Click(chromedp.ID("flagged")))
	b.want(ranks, "[1,2,3]")
	b.do(chromedp.Click(chromedp.ID("flagged")), chromedp.Click(chromedp.CSS("h1")), chromedp.KeyEvent("/"))
	b.want(`document.activeElement.id`, `"filter"`)
	b.wantQuiet()
}

func TestPageSorts(t *testing.T) {
	b := openPage(t, webServer(), true)
	for _, c := range []struct{ order, ranks string }{
		{"count", "[4,1,3,2]"},
		{"rare", "[2,3,1,4]"},
		{"first", "[3,1,2,4]"}, // without a time: last
		{"last", "[2,1,3,4]"},
		{"host", "[3,1,2,4]"}, // ties go by rank
		{"rank", "[1,2,3,4]"},
	} {
		b.sortBy(c.order)
		if got := b.eval(ranks); got != c.ranks {
			t.Errorf("sorted by %s: %s, want %s", c.order, got, c.ranks)
		}
	}
	b.wantQuiet()
}

// hopsShown counts the hops that take room on the screen.
const hopsShown = `[...document.querySelectorAll(".hop")].filter(e => e.checkVisibility({contentVisibilityAuto: false})).length`

func TestPageExpands(t *testing.T) {
	b := openPage(t, webServer(), true)
	b.want(hopsShown, "0")
	b.do(chromedp.Click(chromedp.CSS("#finding-1 summary")))
	b.want(hopsShown, "6")
	b.want(`document.querySelector("#finding-1 .hop.inferred").textContent.includes("service worker: same user")`, "true")
	b.do(chromedp.Focus(chromedp.CSS("#finding-1 summary")), chromedp.KeyEvent(kb.Enter)) // by keyboard
	b.want(hopsShown, "0")
	b.do(chromedp.Click(chromedp.ID("expand")))
	b.want(hopsShown, "36")
	b.do(chromedp.Click(chromedp.ID("expand")))
	b.want(hopsShown, "0")
	b.eval(`location.hash = "#finding-3"; 1`)
	b.do(chromedp.WaitVisible(chromedp.CSS("#finding-3 .hop")))
	b.wantQuiet()
}

func TestPageWithoutScript(t *testing.T) {
	b := openPage(t, webServer(), false)
	b.do(chromedp.WaitNotVisible(chromedp.ID("tools")), chromedp.WaitVisible(chromedp.CSS("#finding-4 .chain")),
		chromedp.Click(chromedp.CSS("#finding-1 summary")), chromedp.WaitVisible(chromedp.CSS("#finding-1 .hop.inferred")))
	b.wantQuiet()
}

// contrasts lists the texts whose colour differs too little from what is
// behind them: under 4.5 to 1, what WCAG 2.2 asks for at level AA.
const contrasts = `(() => {
  const rgb = s => s.match(/[\d.]+/g).map(Number);
  const channel = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const behind = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } };
  const bad = [];
  for (const e of document.body.querySelectorAll("*")) {
    if (e.tagName === "SCRIPT" || ![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const a = light(rgb(getComputedStyle(e).color)), b = light(behind(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) bad.push(e.tagName + "." + e.className + " " + ratio.toFixed(2));
  }
  return [...new Set(bad)];
})()`

func TestPageLooks(t *testing.T) {
	b := openPage(t, webServer(), true)
	for _, width := range []int64{1280, 390} {
		for _, scheme := range []string{"light", "dark"} {
			b.show(width, scheme)
			name := "page-" + strconv.FormatInt(width, 10) + "-" + scheme
			b.want(`document.documentElement.scrollWidth <= innerWidth`, "true")
			b.shoot(name)
			b.do(chromedp.Click(chromedp.ID("expand")))
			b.want(`document.documentElement.scrollWidth <= innerWidth`, "true")
			b.want(contrasts, "[]")
			b.shoot(name + "-open")
			b.do(chromedp.Click(chromedp.ID("expand")))
		}
	}
	b.want(`[...document.querySelectorAll("input, select")].filter(e => !e.labels.length).length`, "0")
	b.wantQuiet()
}
