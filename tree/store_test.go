package tree

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"oddkin/parsers/event"
	"oddkin/tree/internal/column"
)

// What is kept of a command line is all of it, and equal ones are kept once.
func TestLinesGiveBackWhatTheyWereGiven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type kept struct {
			argv  []string
			whole string
			id    line
		}
		word := rapid.OneOf(
			rapid.StringN(0, 8, 16), rapid.SampledFrom([]string{"", "-c", "\x00", "a b", strings.Repeat("x", 200)}),
			rapid.Custom(func(t *rapid.T) string { return strings.Repeat("y", rapid.IntRange(0, 3<<pageBits).Draw(t, "long")) }))
		var l lines
		var all []kept
		for range rapid.IntRange(1, 40).Draw(t, "count") {
			k := kept{argv: rapid.SliceOfN(word, 0, 4).Draw(t, "argv"), whole: word.Draw(t, "whole")}
			k.id = l.add(k.argv, k.whole)
			for _, o := range all {
				if same := slices.Equal(k.argv, o.argv) && k.whole == o.whole; same != (k.id == o.id) {
					t.Fatalf("%q %q and %q %q are %d and %d", k.argv, k.whole, o.argv, o.whole, k.id, o.id)
				}
			}
			all = append(all, k)
		}
		for _, k := range all {
			if argv, whole := l.of(k.id); !slices.Equal(argv, k.argv) || whole != k.whole {
				t.Fatalf("%q %q became %q %q", k.argv, k.whole, argv, whole)
			}
		}
	})
}

// A process is told again as it was told, and so is any time.
func TestStoreGivesBackWhatItWasGiven(t *testing.T) {
	st := newStore()
	for _, p := range []event.Proc{
		{},
		{OS: event.Linux, Image: "/bin/sh", Deleted: true, User: "0", Session: "3", AuditUser: "1000", TTY: "pts0", Cwd: "/", Container: "c", Argv: []string{"sh"}},
		{OS: event.Windows, Name: "a.exe", GUID: "G", CommandLine: "a.exe /x"},
		{OS: event.Linux, Argv: []string{"/opt/tool", "-v"}},
	} {
		s := st.self(&p)
		if got := st.proc(&s); got.Command() != p.Command() || got.Base() != p.Base() || s.prog.Base != p.Base() {
			t.Errorf("%+v became %+v, called %s", p, got, s.prog.Base)
		} else if got.Argv, p.Argv = nil, nil; !equalProcs(&got, &p) {
			t.Errorf("%+v became %+v", p, got)
		}
	}
	for _, at := range []time.Time{
		{},
		time.Unix(0, 0),
		time.Unix(1, 999_999_999),
		time.Date(1601, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(1677, 9, 21, 0, 12, 43, 145224193, time.UTC),
		time.Date(2262, 4, 11, 23, 47, 16, 854775808, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC),
		time.Date(9999, 12, 30, 23, 59, 59, 0, time.Local),
	} {
		if got := st.time(st.stamp(at)); !got.Equal(at) || got.Location() != time.UTC {
			t.Errorf("%v became %v", at, got)
		}
	}
}

// equalProcs compares all but Argv.
func equalProcs(a, b *event.Proc) bool {
	return a.PID == b.PID && a.OS == b.OS && a.GUID == b.GUID && a.Image == b.Image && a.Name == b.Name && a.CommandLine == b.CommandLine &&
		a.Cwd == b.Cwd && a.User == b.User && a.AuditUser == b.AuditUser && a.Session == b.Session && a.TTY == b.TTY &&
		a.Container == b.Container && a.Deleted == b.Deleted
}

// A text has one number, whatever it lies in and however many there are.
func TestATextHasOneNumber(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		st := newTexts()
		if st.id("0") != rootID || st.id("root") != rootName || st.id("") != 0 {
			rt.Fatal("root has other numbers")
		}
		long := strings.Repeat("x", 2*textPage)
		seen := map[string]text{}
		for range rapid.IntRange(0, 3000).Draw(rt, "how many") {
			n := rapid.IntRange(0, 2000).Draw(rt, "n")
			s := strconv.Itoa(n)
			if n%97 == 0 {
				s = long[:textPage/16-50+n%200] + s
			}
			id := st.id(strings.Clone(s))
			if was, known := seen[s]; known && was != id || !known && s != "0" && int(id) != len(seen)+3 {
				rt.Fatalf("%.20s has number %d, before %d of %d", s, id, was, len(seen))
			}
			if s != "0" {
				seen[s] = id
			}
		}
		for s, id := range seen {
			if st.of(id) != s {
				rt.Fatalf("number %d is %.20s and was %.20s", id, st.of(id), s)
			}
		}
	})
}

// What lies outside of the heap, in tables that have grown many times, is found as what lies on it.
func TestManyAreFoundAgain(t *testing.T) {
	const many = 300_000
	memory := column.New(nil)
	defer memory.Free()
	st := newStore()
	st.last(memory.Part())
	st.look(memory)
	st.texts.space = st.lasts
	at := func(i int) (string, event.Ref) {
		s := strconv.Itoa(i)
		return s, event.Ref{GUID: s, Image: strconv.Itoa(i % 100), CommandLine: "do " + s}
	}
	type numbers struct {
		text text
		line line
		ref  refID
	}
	var first []numbers
	for round := range 2 {
		for i := 2; i < many; i++ { // "0" has its own number
			s, ref := at(i)
			n := numbers{st.texts.id(s), st.lines.add(nil, s), st.ref(ref)}
			if round == 0 {
				first = append(first, n)
			} else if first[i-2] != n {
				t.Fatalf("%d has numbers %v and %v", i, first[i-2], n)
			}
			_, whole := st.lines.of(n.line)
			if st.texts.of(n.text) != s || whole != s || st.stated(n.ref) != ref {
				t.Fatalf("%d reads as %s, %s, %+v", i, st.texts.of(n.text), whole, st.stated(n.ref))
			}
		}
	}
	for _, size := range []int{textPage/16 - 1, textPage / 16, textPage/16 + 1, wholePage - 1, wholePage, wholePage + 1, textPage + 1, 5 * textPage} {
		long := strings.Repeat("x", size)
		id := st.texts.id(long)
		st.texts.id("between" + strconv.Itoa(size))
		if st.texts.id(strings.Clone(long)) != id || st.texts.of(id) != long {
			t.Fatalf("%d bytes read as %d", size, len(st.texts.of(id)))
		}
	}
	st.seal()
	for i, n := range first {
		if s, ref := at(i + 2); st.texts.of(n.text) != s || st.stated(n.ref) != ref {
			t.Fatalf("sealed, %s reads as %s and %+v", s, st.texts.of(n.text), st.stated(n.ref))
		}
	}
}
