package names

import (
	"slices"
	"strings"
	"sync"

	"oddkin/parsers/event"
)

// Version numbers the normalisation. It changes whenever [Of], [PlaceOf] or
// [KindOf] give another answer for any input.
const Version = 3

const (
	// Unknown stands for a process that the evidence does not name.
	Unknown = "?"
	// Random stands for every name that was drawn at random.
	Random = "<random>"
)

// Of returns the normalised name of p: never empty, without separators, lower
// case on Windows, [Unknown] where the record names nothing.
func Of(p *event.Proc) string {
	base := p.Base()
	if base == Unknown {
		return Unknown
	}
	if p.OS == event.Windows {
		return windows(base)
	}
	return unix(base, p)
}

// Normalise is [Of] for a bare name or path.
func Normalise(name string, os event.OS) string {
	return Of(&event.Proc{Image: name, OS: os})
}

// multicall lists the binaries that are many programs in one, and go by the name
// they are called with.
var multicall = map[string]bool{"busybox": true, "toybox": true, "coreutils": true, "busybox.static": true}

// MultiCall reports whether base is a binary that goes by its applet's name.
func MultiCall(base string) bool { return multicall[base] }

func unix(base string, p *event.Proc) string {
	if multicall[base] {
		if a := applet(p); a != "" {
			base = a
		}
	}
	name := strings.TrimSuffix(base, " (deleted)")
	if len(name) > 1 {
		name = strings.TrimPrefix(name, "-")
	}
	if strings.HasPrefix(name, "(") && strings.HasSuffix(name, ")") && len(name) > 2 {
		name = name[1 : len(name)-1]
	}
	if strings.HasPrefix(name, "ld-linux") || strings.HasPrefix(name, "ld-musl") || strings.HasPrefix(name, "ld-2.") {
		return "ld.so"
	}
	name = triplet(name)
	name = trimSuffixes(name, packaging)
	if name = folded(name); KindOf(name) == Other {
		name = folded(version(name))
	}
	name = folded(trimSuffixes(name, packaging))
	if to, ok := alternatives()[name]; ok {
		return to
	}
	return collapse(name)
}

// folded is a name in the case in which it is known: Runner.Worker and PassengerAgent are in lower case in the
// tables, as all names that can be.
func folded(name string) string {
	if _, known := alternatives()[name]; known || KindOf(name) != Other {
		return name
	}
	lower := strings.ToLower(name)
	if _, known := alternatives()[lower]; known || KindOf(lower) != Other {
		return lower
	}
	return name
}

// applet is the name that a multi-call binary was called with.
func applet(p *event.Proc) string {
	for _, a := range append(slices.Clone(p.Argv[:min(2, len(p.Argv))]), p.Name) {
		a = strings.TrimPrefix(a[strings.LastIndexByte(a, '/')+1:], "-")
		if a != "" && !multicall[a] && applets()[a] {
			return a
		}
	}
	return ""
}

// packaging lists what distributions append to tell alternatives and diversions
// apart.
var packaging = []string{
	".real", ".distrib", ".orig", ".wrapped", ".bin", ".dpkg-new", ".dpkg-tmp", ".dpkg-old",
	".openbsd", ".traditional", ".tiny", ".basic", ".nox", ".gtk3", ".gtk", ".athena", ".gnu", ".debianutils", ".amd64", ".x86_64", ".arm64", ".aarch64", "-wrapped", "-im6.q16", "-im7.q16",
}

func trimSuffixes(name string, suffixes []string) string {
	for _, s := range suffixes {
		if len(name) > len(s) && strings.HasSuffix(name, s) {
			return name[:len(name)-len(s)]
		}
	}
	return name
}

// triplet removes a GNU target triplet: x86_64-linux-gnu-gcc is gcc.
func triplet(name string) string {
	for _, mark := range []string{"-linux-gnu-", "-linux-gnueabihf-", "-linux-musl-", "-w64-mingw32-", "-redhat-linux-", "-pc-linux-gnu-", "-unknown-linux-gnu-"} {
		if i := strings.Index(name, mark); i > 0 && i+len(mark) < len(name) {
			return name[i+len(mark):]
		}
	}
	return name
}

// version removes a version at the end: a dotted one always ("php-fpm8.2"), one
// after a dash always ("gcc-12"), bare digits only from programs known to carry
// their major version ("python3", but not "md5" or "bzip2").
func version(name string) string {
	end := len(name)
	dotted := false
	for end > 0 && (isDigit(name[end-1]) || name[end-1] == '.' && end < len(name) && end > 1 && isDigit(name[end-2])) {
		end--
		dotted = dotted || name[end] == '.'
	}
	if end == len(name) || end == 0 {
		return name
	}
	stem := name[:end]
	switch {
	case stem[end-1] == '-' || stem[end-1] == '_' || stem[end-1] == '.':
		if end > 1 {
			return stem[:end-1]
		}
	case dotted, numbered()[stem]:
		return stem
	}
	return name
}

// numbered lists the programs whose file name may end in a bare major version.
var numbered = lazily(set, `python pip pypy perl php php-fpm php-cgi ruby irb gem lua luac node nodejs tclsh wish guile java javac gcc g++ clang
	idle pydoc virtualenv easy_install pytest gtk-update-icon-cache libreoffice soffice postgresql tomcat pwsh kwalletd kded kdeinit plasma gpg
	luajit erl ghc swift mono R julia`)

// collapse replaces what is drawn or counted: random names by [Random], a run of
// five digits or more at the end by "#", mktemp's suffix likewise.
func collapse(name string) string {
	if KindOf(name) == Other && IsRandom(name) {
		return Random
	}
	end := len(name)
	for end > 0 && isDigit(name[end-1]) {
		end--
	}
	if len(name)-end >= 5 && end > 0 {
		return name[:end] + "#"
	}
	if i := strings.LastIndexByte(name, '.'); i > 0 && IsRandom(name[i+1:]) {
		return name[:i+1] + "#"
	}
	if i := strings.LastIndexByte(name, '-'); i > 0 && len(name)-i > 6 && IsRandom(name[i+1:]) {
		return name[:i+1] + "#"
	}
	return name
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// lazily gives what is parsed of a text of the program's, once it is asked for: most commands never ask.
func lazily[T any](parse func(string) T, text string) func() T {
	return sync.OnceValue(func() T { return parse(text) })
}

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}
