package sandbox

import (
	"strings"
)

// placeholders are variables that stand for one program: Windows' own name of
// the command interpreter, and what VirusTotal's sandboxes write for the console
// host.
var placeholders = map[string]string{"%comspec%": "cmd.exe", "%conhost%": "conhost.exe"}

// invocation splits what may be a path or a command line. A path with
// separators becomes the image, a bare word the name; text with more than the
// program is kept whole as the command line. Without quotes a program ends
// behind ".exe", or at the first blank.
func invocation(text string) (image, name, command string) {
	program, whole := program(text)
	if !whole {
		command = text
	}
	if known, ok := placeholders[strings.ToLower(program)]; ok {
		return "", known, text
	}
	if strings.ContainsAny(program, `\/`) {
		return program, "", command
	}
	return "", program, command
}

// program is the first word of a command line; whole says that there is nothing
// else.
func program(text string) (word string, whole bool) {
	trimmed := strings.TrimSpace(text)
	if rest, ok := strings.CutPrefix(trimmed, `"`); ok {
		word, rest, _ = strings.Cut(rest, `"`)
		return word, rest == ""
	}
	for i := 0; ; {
		j := indexFold(trimmed[i:], ".exe")
		if j < 0 {
			break
		}
		i += j + len(".exe")
		if i == len(trimmed) || trimmed[i] == ' ' {
			return trimmed[:i], i == len(trimmed)
		}
	}
	word, rest, _ := strings.Cut(trimmed, " ")
	return word, rest == ""
}

// indexFold finds an ASCII word in any case.
func indexFold(text, word string) int {
	for i := 0; i+len(word) <= len(text); i++ {
		if strings.EqualFold(text[i:i+len(word)], word) {
			return i
		}
	}
	return -1
}
