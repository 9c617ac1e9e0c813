package keras

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
)

// maxTokenizer bounds the size of a tokenizer; the published one has 39 kB.
const maxTokenizer = 8 << 20

// Tokenizer is Keras' word index.
type Tokenizer struct {
	// Index gives a word's row, from 1; row 0 is padding.
	Index map[string]int32
	// Lower is set when words are lower-cased before the lookup.
	Lower bool
	// Unknown is the row of words that are not in Index, or 0: then they vanish
	// from the sequence.
	Unknown int32
	// Limit, if not 0, is the number of rows in use: words from that row on count
	// as unknown (Keras' num_words).
	Limit int32
}

// ReadTokenizer reads a Tokenizer that was pickled or written by to_json,
// whichever it is. Of a pickle it follows the instructions that build plain
// values; any class but the tokenizer's own and its dictionaries', and any
// instruction that could reach further, is an error.
func ReadTokenizer(r io.Reader) (*Tokenizer, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxTokenizer+1))
	if err != nil {
		return nil, fmt.Errorf("tokenizer: %w", err)
	}
	if len(b) > maxTokenizer {
		return nil, fmt.Errorf("tokenizer: more than %d bytes", maxTokenizer)
	}
	state, err := fields(b)
	if err != nil {
		return nil, fmt.Errorf("tokenizer: %w", err)
	}
	t, err := fromState(state)
	if err != nil {
		return nil, fmt.Errorf("tokenizer: %w", err)
	}
	return t, nil
}

// fields returns the Tokenizer object's attributes.
func fields(b []byte) (map[any]any, error) {
	if trimmed := bytes.TrimSpace(b); len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '"') {
		return fromJSON(trimmed)
	}
	v, err := unpickle(b)
	if err != nil {
		return nil, fmt.Errorf("pickle: %w", err)
	}
	o, ok := v.(*object)
	if !ok || o.class != tokenizerClass {
		return nil, errors.New("the pickle holds something else")
	}
	return o.state, nil
}

// fromJSON reads what to_json returns, also if that was itself written as JSON
// text. The word index is JSON text within it.
func fromJSON(b []byte) (map[any]any, error) {
	if b[0] == '"' {
		var text string
		if err := json.Unmarshal(b, &text); err != nil {
			return nil, err
		}
		b = []byte(text)
	}
	var doc struct {
		Class  string         `json:"class_name"`
		Config map[string]any `json:"config"`
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		return nil, err
	}
	if doc.Class != "Tokenizer" {
		return nil, fmt.Errorf("is a %.40q, not a Tokenizer", doc.Class)
	}
	state := map[any]any{}
	for k, v := range doc.Config {
		if f, ok := v.(float64); ok && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			v = int64(f)
		}
		state[k] = v
	}
	text, _ := doc.Config["word_index"].(string)
	var index map[string]int64
	if err := json.Unmarshal([]byte(text), &index); err != nil {
		return nil, fmt.Errorf("word index: %w", err)
	}
	words := make(map[any]any, len(index))
	for w, i := range index {
		words[w] = i
	}
	state["word_index"] = words
	return state, nil
}

func fromState(state map[any]any) (*Tokenizer, error) {
	t := &Tokenizer{Index: map[string]int32{}}
	words, ok := state["word_index"].(map[any]any)
	if !ok {
		return nil, errors.New("has no word index")
	}
	for k, v := range words {
		w, isText := k.(string)
		i, isNumber := v.(int64)
		if !isText || !isNumber || i < 1 || i > math.MaxInt32 {
			return nil, errors.New("its word index holds other things than words and positive rows")
		}
		t.Index[w] = int32(i)
	}
	if charLevel, _ := state["char_level"].(bool); charLevel {
		return nil, errors.New("splits into characters, not words")
	}
	if err := t.oneWordARow(); err != nil {
		return nil, err
	}
	t.Lower, _ = state["lower"].(bool)
	switch n := state["num_words"].(type) {
	case nil:
	case int64:
		if n < 0 || n > math.MaxInt32 {
			return nil, fmt.Errorf("keeps %d words", n)
		}
		t.Limit = int32(n)
	default:
		return nil, errors.New("its num_words is no number")
	}
	switch w := state["oov_token"].(type) {
	case nil:
	case string:
		if t.Unknown = t.Index[w]; t.Unknown == 0 {
			return nil, fmt.Errorf("its word for unknown words, %.40q, is not in its index", w)
		}
	default:
		return nil, errors.New("its oov_token is no word")
	}
	return t, nil
}

// oneWordARow reports two words of one row, which no tokenizer gives.
func (t *Tokenizer) oneWordARow() error {
	word := make(map[int32]string, len(t.Index))
	for _, w := range slices.Sorted(maps.Keys(t.Index)) {
		row := t.Index[w]
		if other, ok := word[row]; ok {
			return fmt.Errorf("its words %.40q and %.40q have the same row, %d", other, w, row)
		}
		word[row] = w
	}
	return nil
}

// Sequence turns the names of a chain, leaf first as the published model takes
// them, into rows: unknown names as the tokenizer has it, the last length of
// what remains, zeros appended up to length.
func (t *Tokenizer) Sequence(names []string, length int) []int32 {
	seq := make([]int32, 0, max(length, len(names)))
	for _, name := range names {
		row := t.row(name)
		if row == 0 {
			row = t.Unknown
		}
		if row != 0 {
			seq = append(seq, row)
		}
	}
	seq = slices.Clip(seq[max(0, len(seq)-length):])
	for len(seq) < length {
		seq = append(seq, 0)
	}
	return seq
}

// Knows reports whether the name has a row of its own.
func (t *Tokenizer) Knows(name string) bool { return t.row(name) != 0 }

// row is the name's own row, or 0.
func (t *Tokenizer) row(name string) int32 {
	if t.Lower {
		name = strings.ToLower(name)
	}
	row := t.Index[name]
	if t.Limit > 0 && row >= t.Limit {
		return 0
	}
	return row
}
