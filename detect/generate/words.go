package generate

import (
	_ "embed"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"oddkin/parsers/event"
)

// path gives the image's path for a program in a place of the grammar.
func (g *grammar) path(place, word string, r *rand.Rand) string {
	if g.os == event.Windows {
		if !slices.Contains(otherEndings, filepath.Ext(word)) {
			word += ".exe"
		}
		switch place {
		case "app":
			return `C:\Program Files\` + strings.TrimSuffix(word, ".exe") + `\` + word
		case "user":
			return `C:\Users\user\` + pick(r, `AppData\Local\`, `AppData\Roaming\`, `Downloads\`, `Desktop\`) + word
		case "tmp":
			return pick(r, `C:\Users\user\AppData\Local\Temp\`, `C:\Windows\Temp\`, `C:\Users\Public\`) + word
		case "web":
			return `C:\inetpub\wwwroot\` + word
		case "data":
			return `C:\ProgramData\` + word
		}
		return `C:\Windows\System32\` + word
	}
	switch place {
	case "app":
		return pick(r, "/opt/"+word+"/bin/", "/usr/local/bin/") + word
	case "user":
		return pick(r, "/home/user/", "/home/user/.local/bin/", "/root/") + word
	case "tmp":
		return pick(r, "/tmp/", "/var/tmp/", "/dev/shm/") + word
	case "web":
		return "/var/www/html/" + word
	case "mem":
		return "/memfd:" + word
	}
	return "/usr/bin/" + word
}

// otherEndings are those of programs on Windows that are not called .exe.
var otherEndings = []string{".exe", ".com", ".tmp", ".scr"}

//go:embed grammars/scripts.txt
var scriptTable string

// scripts gives the interpreter of programs that are scripts on a Linux system: what
// the kernel loads for them, and so what its audit calls them.
var scripts = sync.OnceValue(func() map[string]string { return parseScripts(scriptTable) })

// parseScripts reads lines of "interpreter: name name ...".
func parseScripts(table string) map[string]string {
	by := map[string]string{}
	for line := range strings.SplitSeq(table, "\n") {
		interpreter, list, ok := strings.Cut(line, ":")
		if !ok || line[0] == '#' {
			continue
		}
		for _, name := range strings.Fields(list) {
			by[name] = interpreter
		}
	}
	return by
}

func pick(r *rand.Rand, of ...string) string { return of[r.IntN(len(of))] }

var (
	subjects = strings.Fields(`acme backup billing order stock mail user data report sync cache queue job web api build deploy log metric image video invoice ledger
		customer store fleet sensor device batch index search export import archive report payroll asset license session token feed weather map traffic crm erp cms shop`)
	roles = strings.Fields(`agent worker server client sync job runner tool helper service daemon monitor check manager wrapper handler exporter collector loader checker cleaner ctl d`)
)

// InventedName is what somebody might call a program of their own.
func InventedName(r *rand.Rand) string {
	s, role := pick(r, subjects...), pick(r, roles...)
	return pick(r, s+"-"+role, s+"_"+role, s+role, s, s+"-"+pick(r, subjects...))
}

// InstallerName is what a setup program that somebody offers for download might be called.
func InstallerName(r *rand.Rand) string {
	product := pick(r, subjects...) + pick(r, "", "", "pro", "desk", "studio", "view", "-"+pick(r, roles...))
	version := strconv.Itoa(1+r.IntN(24)) + "." + strconv.Itoa(r.IntN(20))
	if r.IntN(2) == 0 {
		version += "." + strconv.Itoa(r.IntN(40))
	}
	bits := pick(r, "", "-x64", "_x64", "-win64", "-x86", "-amd64", "-64-bit", ".x64", "-windows-x64")
	switch r.IntN(6) {
	case 0:
		return product + "setup"
	case 1:
		return pick(r, "setup", "install", "installer", "update", "setup-") + product
	case 2:
		return product + pick(r, "_setup_", "-setup-", "-installer-", "_installer_", "setup-") + version + bits
	case 3:
		return product + pick(r, "-", "_", ".") + version + bits
	case 4:
		return product + "-" + version + pick(r, "-setup", "-installer", ".installer", "_setup") + bits
	}
	return product + pick(r, "installer", "-installer", "_installer", "-setup", ".setup", "setup", "install") + bits
}

// oddName is made of letters that nobody would choose but that hide nothing
// drawn: what miners and bots are called.
func oddName(r *rand.Rand) string {
	const cons, vowels = "bcdfghjklmnpqrstvwxyz", "aeiou"
	var b strings.Builder
	for range 3 + r.IntN(6) {
		b.WriteByte(cons[r.IntN(len(cons))])
		if r.IntN(5) < 2 {
			b.WriteByte(vowels[r.IntN(len(vowels))])
		}
	}
	if r.IntN(4) == 0 {
		b.WriteString(strconv.Itoa(r.IntN(100)))
	}
	return b.String()
}

// randomName is drawn at random, as droppers and installers do.
func randomName(r *rand.Rand) string {
	const hex, all = "0123456789abcdef", "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	alphabet, n := all, 8+r.IntN(4)
	if r.IntN(2) == 0 {
		alphabet, n = hex, 8+r.IntN(25)
	}
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}
