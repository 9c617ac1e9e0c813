package keras

import (
	"encoding/binary"
	"errors"
	"fmt"
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
