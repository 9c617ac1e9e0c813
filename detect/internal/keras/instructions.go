package keras

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// The pickle instructions that take more than a line.

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
