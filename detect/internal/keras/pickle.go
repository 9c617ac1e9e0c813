package keras

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// A pickle is a program for a stack machine (Python's Lib/pickletools.py describes
// every instruction). This interpreter knows the instructions that build plain
// values, takes every length from the bytes at hand, and keeps classes as names:
// making an object of one keeps the state it would get, and calls nothing.

// class names a class in a pickle.
type class struct{ module, name string }

var (
	tokenizerClass = class{"keras", "Tokenizer"} // wherever Keras keeps it at the time
	orderedDict    = class{"collections", "OrderedDict"}
	defaultDict    = class{"collections", "defaultdict"}
	intClass       = class{"builtins", "int"} // a defaultdict's default
)

// classes are those a tokenizer's pickle may name, by where they were found in the
// releases of Keras and Python.
var classes = map[class]class{
	{"keras.src.legacy.preprocessing.text", "Tokenizer"}:                    tokenizerClass,
	{"keras.src.preprocessing.text", "Tokenizer"}:                           tokenizerClass,
	{"keras.preprocessing.text", "Tokenizer"}:                               tokenizerClass,
	{"keras_preprocessing.text", "Tokenizer"}:                               tokenizerClass,
	{"tensorflow.python.keras.preprocessing.text", "Tokenizer"}:             tokenizerClass,
	{"tensorflow.python.keras._impl.keras.preprocessing.text", "Tokenizer"}: tokenizerClass,
	{"collections", "OrderedDict"}:                                          orderedDict,
	{"collections", "defaultdict"}:                                          defaultDict,
	{"builtins", "int"}:                                                     intClass,
	{"__builtin__", "int"}:                                                  intClass,
	{"__builtin__", "long"}:                                                 intClass,
}

// object is an instance of a class: its attributes, and nothing that could run.
type object struct {
	class class
	state map[any]any
}

// mark is what MARK pushes.
type mark struct{}

// tuple is an immutable list.
type tuple []any

type unpickler struct {
	rest  []byte
	stack []any
	memo  map[uint32]any
}

// unpickle runs the program b and returns what it leaves.
func unpickle(b []byte) (any, error) {
	u := &unpickler{rest: b, memo: map[uint32]any{}}
	for {
		op, err := u.take(1)
		if err != nil {
			return nil, err
		}
		if op[0] == '.' {
			return u.pop()
		}
		at := len(b) - len(u.rest) - 1
		if err := u.do(op[0]); err != nil {
			return nil, fmt.Errorf("byte %d, instruction %#02x: %w", at, op[0], err)
		}
	}
}

func (u *unpickler) do(op byte) error {
	switch op {
	case 0x80: // PROTO
		_, err := u.take(1)
		return err
	case 0x95: // FRAME: its length only helps buffering
		_, err := u.take(8)
		return err
	case 'N':
		u.push(nil)
	case 0x88:
		u.push(true)
	case 0x89:
		u.push(false)
	case '}': // EMPTY_DICT
		u.push(map[any]any{})
	case ')': // EMPTY_TUPLE
		u.push(tuple{})
	case '(':
		u.push(mark{})
	case 'K', 'M', 'J', 0x8a, 'G':
		return u.number(op)
	case 0x8c, 'X': // SHORT_BINUNICODE, BINUNICODE
		text, err := u.text(op)
		u.push(text)
		return err
	case 0x94, 'q', 'r', 'h', 'j':
		return u.remember(op)
	case 0x85, 0x86, 0x87, 't':
		return u.tuple(op)
	case 's', 'u': // SETITEM, SETITEMS
		return u.setItems(op)
	case 'c', 0x93: // GLOBAL, STACK_GLOBAL
		return u.global(op)
	case 0x81, 'R': // NEWOBJ, REDUCE
		return u.instance()
	case 'b': // BUILD
		return u.build()
	default:
		return errors.New("a tokenizer needs no such instruction; refused")
	}
	return nil
}

func (u *unpickler) push(v any) { u.stack = append(u.stack, v) }

func (u *unpickler) pop() (any, error) {
	if len(u.stack) == 0 {
		return nil, errors.New("nothing on the stack")
	}
	v := u.stack[len(u.stack)-1]
	u.stack = u.stack[:len(u.stack)-1]
	return v, nil
}

// popTo takes everything above the last mark, and the mark.
func (u *unpickler) popTo() ([]any, error) {
	for i := len(u.stack) - 1; i >= 0; i-- {
		if _, ok := u.stack[i].(mark); ok {
			items := u.stack[i+1:]
			u.stack = u.stack[:i]
			return append([]any(nil), items...), nil
		}
	}
	return nil, errors.New("no mark on the stack")
}

func (u *unpickler) take(n int) ([]byte, error) {
	if n < 0 || n > len(u.rest) {
		return nil, errors.New("the pickle ends too early")
	}
	b := u.rest[:n]
	u.rest = u.rest[n:]
	return b, nil
}

// little reads an unsigned number of n bytes.
func (u *unpickler) little(n int) (uint64, error) {
	b, err := u.take(n)
	var v [8]byte
	copy(v[:], b)
	return binary.LittleEndian.Uint64(v[:]), err
}

func (u *unpickler) number(op byte) error {
	switch op {
	case 'K', 'M': // BININT1, BININT2
		v, err := u.little(map[byte]int{'K': 1, 'M': 2}[op])
		u.push(int64(v))
		return err
	case 'J': // BININT
		v, err := u.little(4)
		u.push(int64(int32(v)))
		return err
	case 'G': // BINFLOAT
		b, err := u.take(8)
		if err == nil {
			u.push(math.Float64frombits(binary.BigEndian.Uint64(b)))
		}
		return err
	default: // LONG1: two's complement
		n, err := u.little(1)
		if err != nil || n > 8 {
			return errors.Join(err, errors.New("a number of more than 8 bytes"))
		}
		v, err := u.little(int(n))
		if n > 0 {
			shift := 64 - 8*n
			v = uint64(int64(v<<shift) >> shift)
		}
		u.push(int64(v))
		return err
	}
}

func (u *unpickler) text(op byte) (string, error) {
	size := 1
	if op == 'X' {
		size = 4
	}
	n, err := u.little(size)
	if err != nil {
		return "", err
	}
	b, err := u.take(int(n))
	return string(b), err
}

// remember writes to and reads from the memo.
func (u *unpickler) remember(op byte) error {
	var key uint64
	var err error
	switch op {
	case 0x94: // MEMOIZE
		key = uint64(len(u.memo))
	case 'q', 'h':
		key, err = u.little(1)
	default:
		key, err = u.little(4)
	}
	if err != nil {
		return err
	}
	if op == 'h' || op == 'j' {
		v, ok := u.memo[uint32(key)]
		if !ok {
			return fmt.Errorf("nothing was kept under %d", key)
		}
		u.push(v)
		return nil
	}
	v, err := u.pop()
	if err != nil {
		return err
	}
	u.push(v)
	u.memo[uint32(key)] = v
	return nil
}

func (u *unpickler) tuple(op byte) error {
	var items []any
	if op == 't' {
		var err error
		if items, err = u.popTo(); err != nil {
			return err
		}
	} else {
		n := int(op-0x85) + 1
		if len(u.stack) < n {
			return errors.New("too little on the stack")
		}
		items = append(items, u.stack[len(u.stack)-n:]...)
		u.stack = u.stack[:len(u.stack)-n]
	}
	u.push(tuple(items))
	return nil
}

func (u *unpickler) setItems(op byte) error {
	var items []any
	if op == 'u' {
		var err error
		if items, err = u.popTo(); err != nil {
			return err
		}
	} else {
		value, _ := u.pop()
		key, err := u.pop()
		if err != nil {
			return err
		}
		items = []any{key, value}
	}
	if len(u.stack) == 0 || len(items)%2 != 0 {
		return errors.New("no dictionary, or a key without a value")
	}
	var into map[any]any
	switch d := u.stack[len(u.stack)-1].(type) {
	case map[any]any:
		into = d
	case *object:
		into = d.state
	default:
		return errors.New("no dictionary to set items of")
	}
	for i := 0; i < len(items); i += 2 {
		switch items[i].(type) {
		case string, int64, bool, nil:
			into[items[i]] = items[i+1]
		default:
			return fmt.Errorf("a key of type %T", items[i])
		}
	}
	return nil
}

func (u *unpickler) global(op byte) error {
	var c class
	if op == 'c' {
		for _, part := range []*string{&c.module, &c.name} {
			end := bytes.IndexByte(u.rest, '\n')
			if end < 0 {
				return errors.New("a name without an end")
			}
			line, _ := u.take(end + 1)
			*part = string(line[:end])
		}
	} else {
		name, _ := u.pop()
		module, err := u.pop()
		if err != nil {
			return err
		}
		c.module, _ = module.(string)
		c.name, _ = name.(string)
	}
	known, ok := classes[c]
	if !ok {
		return fmt.Errorf("names %.60q, which is no part of a tokenizer; refused", c.module+"."+c.name)
	}
	u.push(known)
	return nil
}

// instance makes an object: a dictionary for the dictionary classes, whose
// arguments (a defaultdict's default) say nothing that is stored.
func (u *unpickler) instance() error {
	args, _ := u.pop()
	of, err := u.pop()
	if err != nil {
		return err
	}
	c, isClass := of.(class)
	if _, isTuple := args.(tuple); !isClass || !isTuple {
		return errors.New("makes an object of something that is no class")
	}
	switch c {
	case orderedDict, defaultDict:
		u.push(map[any]any{})
	case tokenizerClass:
		u.push(&object{class: c, state: map[any]any{}})
	default:
		return fmt.Errorf("makes an object of %s.%s", c.module, c.name)
	}
	return nil
}

// build gives the object below it its attributes.
func (u *unpickler) build() error {
	state, _ := u.pop()
	attributes, isDict := state.(map[any]any)
	if len(u.stack) == 0 || !isDict {
		return errors.New("gives an object no dictionary of attributes")
	}
	o, ok := u.stack[len(u.stack)-1].(*object)
	if !ok {
		return errors.New("gives attributes to something that is no object")
	}
	for k, v := range attributes {
		o.state[k] = v
	}
	return nil
}
