package names

// IsRandom reports whether s looks drawn at random rather than thought of: a
// long hexadecimal number, a GUID, letters and digits in turn, capitals strewn
// in, or a string of consonants that nobody could say. It errs towards no:
// a name that stays a name is still strange to the model by its letters.
func IsRandom(s string) bool {
	if len(s) < 6 {
		return false
	}
	return isHex(s) || isStrewn(s) || isUnsayable(s)
}

// isHex: eight or more hexadecimal digits, dashes and braces aside, with both
// letters and figures among them, or sixteen and more of any sort.
func isHex(s string) bool {
	figures, letters := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c):
			figures++
		case c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F':
			letters++
		case c == '-' || c == '{' || c == '}' || c == '_':
		default:
			return false
		}
	}
	n := figures + letters
	return n >= 16 || n >= 8 && (figures >= 2 && letters >= 1 || letters == 0)
}

// isStrewn: within one word, three changes or more between letters and figures,
// or capitals at three places or more that begin no syllable.
func isStrewn(s string) bool {
	turns, caps, letters := 0, 0, 0
	for i := range len(s) {
		c := s[i]
		switch {
		case isLower(c), isUpper(c):
			letters++
		case !isDigit(c):
			return false // several words: each is short or sayable
		}
		if i == 0 {
			continue
		}
		p := s[i-1]
		if isDigit(c) != isDigit(p) {
			turns++
		}
		// A capital after a small letter starts a word in CamelCase; if the word
		// ends at once it does not.
		if isUpper(c) && (isLower(p) || isDigit(p)) && (i+1 == len(s) || !isLower(s[i+1])) {
			caps++
		}
		if isLower(c) && isUpper(p) && i >= 2 && isLower(s[i-2]) && (i+1 == len(s) || !isLower(s[i+1])) {
			caps++
		}
	}
	return letters > 0 && (turns >= 3 || caps >= 3 || caps >= 2 && turns >= 1 || caps >= 1 && turns >= 2)
}

// isUnsayable: seven letters or more without one vowel, or seven consonants in a
// row.
func isUnsayable(s string) bool {
	run, longest, vowels := 0, 0, 0
	for i := range len(s) {
		c := s[i] | 0x20
		if !isLower(c) {
			return false
		}
		switch c {
		case 'a', 'e', 'i', 'o', 'u', 'y':
			vowels++
			run = 0
		default:
			run++
			longest = max(longest, run)
		}
	}
	return len(s) >= 7 && (vowels == 0 || longest >= 7)
}

func isLower(c byte) bool { return c >= 'a' && c <= 'z' }
func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
