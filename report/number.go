package report

import "strconv"

// count writes n in decimal with a comma before each group of three digits.
func count[T int | int64](n T) string {
	s := strconv.FormatInt(int64(n), 10)
	first := 0
	if n < 0 {
		first = 1
	}
	for i := len(s) - 3; i > first; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// plural writes n before the word that agrees with it.
func plural[T int | int64](n T, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + many
}

// percent is the share part of all with one decimal. It is 100 only if part is
// all, and 0 only if part is 0: a rounded share must not hide the exception.
func percent[T int | int64](part, all T) string {
	if all == 0 {
		return "0 %"
	}
	x := 100 * float64(part) / float64(all)
	if part != all {
		x = min(x, 99.9)
	}
	if part != 0 {
		x = max(x, 0.1)
	}
	return strconv.FormatFloat(x, 'f', 1, 64) + " %"
}

// size writes a number of bytes in the decimal unit that suits it.
func size(n int64) string {
	if n < 1000 {
		return plural(n, "byte", "bytes")
	}
	x, units := float64(n), "kMGTPE"
	i := -1
	for x >= 1000 && i < len(units)-1 {
		x /= 1000
		i++
	}
	return strconv.FormatFloat(x, 'f', 1, 64) + " " + units[i:i+1] + "B"
}
