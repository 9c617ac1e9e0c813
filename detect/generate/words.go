package generate

import (
	"math/rand/v2"
	"strconv"
	"strings"

	"oddkin/parsers/event"
)

// path gives the image's path for a program in a place of the grammar.
func (g *grammar) path(place, word string, r *rand.Rand) string {
	if g.os == event.Windows {
		if !strings.Contains(word, ".exe") {
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
