package recall

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What is recalled of a text is what was added for it, however much else was added.
func TestRecallGivesBackWhatWasAdded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c Texts[int]
		values := map[string]int{}
		found := 0
		for i, n := range rapid.SliceOfN(rapid.IntRange(0, 2000), 1, 3000).Draw(t, "texts") {
			text := strings.Repeat("x", n%7) + fmt.Sprint(n)
			value, hash, ok := c.Find([]byte(text))
			if ok {
				found++
				if value != values[text] {
					t.Fatalf("%s is %d, not %d", text, value, values[text])
				}
				continue
			}
			values[text] = i
			c.Add(text, hash, i, 8)
		}
		texts := 0
		for _, s := range c.slots {
			if s.text != "" {
				texts++
			}
		}
		if texts != c.texts {
			t.Fatalf("%d texts, counted as %d", texts, c.texts)
		}
	})
}

// A text that comes often is found, and texts that come once take bounded memory.
func TestRecallIsBounded(t *testing.T) {
	var c Texts[string]
	known := 0
	for i := range 200_000 {
		text := []byte(strings.Repeat("y", 100) + fmt.Sprint(i))
		_, hash, _ := c.Find(text)
		c.Add(string(text), hash, "", 64)
		if _, hash, ok := c.Find([]byte("often")); ok {
			known++
		} else {
			c.Add("often", hash, "", 64)
		}
	}
	size := 0
	for _, s := range c.slots {
		size += len(s.text)
	}
	if size > maxRecall || len(c.slots) > maxRecalled {
		t.Errorf("%d bytes in %d places", size, len(c.slots))
	}
	if known < 199_000 {
		t.Errorf("found %d of 200000 times", known)
	}
}
