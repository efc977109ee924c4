package deskmatecalled

import (
	"bufio"
	"encoding/hex"
	"math/big"
	"os"
	"reflect"
	"strconv"
	"strings"
)

// ServeExamples calls these functions, line after line: with values that are written in words (see
// notation.py), behind which stands what the call gives. It says in JSON what comes of it, and what was
// promised, as a value of the function's types; or that the words are none.
func ServeExamples(callees []Callee) {
	asked := bufio.NewScanner(os.Stdin)
	asked.Buffer(nil, 1<<20)
	os.Stdin, _ = os.Open(os.DevNull)
	os.Stderr, _ = os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	os.Stdout = os.Stderr
	say(said{})
	for asked.Scan() {
		words := strings.Fields(asked.Text())
		at, _ := strconv.Atoi(words[0])
		say(answerExample(callees[at], words[1:]))
	}
}

func answerExample(one Callee, words []string) said {
	function := reflect.ValueOf(one.Function)
	arguments, words := readNode(words)
	promised, _ := readNode(words)
	args, fits := makeArguments(arguments.items, function.Type(), one.IsMethod)
	wanted, too := makeResults(promised, function.Type())
	if !fits || !too {
		return said{"kind": "unfit"}
	}
	described := []interface{}{"results"}
	for _, value := range wanted {
		described = append(described, describe(value))
	}
	told := observe(function, args)
	delete(told, "unfit")
	told["wanted"] = described
	return told
}

// A value as it was written.
type node struct {
	kind  byte
	text  string
	items []node
}

func readNode(words []string) (node, []string) {
	found, words := node{kind: words[0][0], text: words[0][1:]}, words[1:]
	count := 0
	switch found.kind {
	case 's', 'c', 'S', 'C':
		text, _ := hex.DecodeString(found.text)
		found.text = string(text)
	case 'l', 't', 'r', 'o':
		count, _ = strconv.Atoi(found.text)
	case 'm':
		count, _ = strconv.Atoi(found.text)
		count *= 2
	}
	for ; count > 0; count-- {
		var one node
		one, words = readNode(words)
		found.items = append(found.items, one)
	}
	return found, words
}

func (written node) isList() bool {
	return strings.IndexByte("lt", written.kind) >= 0 || written.kind == 'm' && len(written.items) == 0
}

// A method is called on what has nothing in it.
func makeArguments(written []node, kind reflect.Type, isMethod bool) ([]reflect.Value, bool) {
	args, first := []reflect.Value{}, 0
	if isMethod {
		owner, isPointer := kind.In(0), kind.In(0).Kind() == reflect.Ptr
		if isPointer {
			owner = owner.Elem()
		}
		if owner.Kind() != reflect.Struct || owner.NumField() > 0 {
			return nil, false
		}
		made := reflect.New(owner)
		if !isPointer {
			made = made.Elem()
		}
		args, first = append(args, made), 1
	}
	if kind.IsVariadic() {
		fixed := kind.NumIn() - 1 - first
		if len(written) < fixed {
			return nil, false
		}
		rest := node{kind: 'l', items: written[fixed:]}
		if len(rest.items) == 1 && rest.items[0].isList() {
			part := kind.In(kind.NumIn() - 1).Elem().Kind()
			if part == reflect.Interface || part == reflect.Slice { // the list may be one of its items
				return nil, false
			}
			rest = rest.items[0]
		}
		written = append(append([]node{}, written[:fixed]...), rest)
	}
	if len(written) != kind.NumIn()-first {
		return nil, false
	}
	for at, one := range written {
		made, fits := makeWritten(one, kind.In(first+at))
		if !fits {
			return nil, false
		}
		args = append(args, made)
	}
	return args, true
}

// An error that is not spoken of is none.
func makeResults(written node, kind reflect.Type) ([]reflect.Value, bool) {
	several := []node{written}
	if kind.NumOut() > 1 && (written.kind == 'r' || written.kind == 't') {
		several = written.items
	}
	last := kind.NumOut() - 1
	if last > 0 && len(several) == last && kind.Out(last) == typeOf((*error)(nil)) {
		several = append(append([]node{}, several...), node{kind: '0'})
	}
	if len(several) != kind.NumOut() {
		return nil, false
	}
	made := []reflect.Value{}
	for at, one := range several {
		value, fits := makeWritten(one, kind.Out(at))
		if !fits {
			return nil, false
		}
		made = append(made, value)
	}
	return made, true
}

// A value of a type; none where it would not be one, or might be another.
func makeWritten(written node, kind reflect.Type) (made reflect.Value, fits bool) {
	made = reflect.New(kind).Elem()
	if written.kind == '0' {
		switch kind.Kind() {
		case reflect.Slice, reflect.Map, reflect.Ptr, reflect.Interface:
			return made, true
		}
		return made, false
	}
	switch kind.Kind() {
	case reflect.Interface:
		natural := map[byte]interface{}{'n': 0, 'f': 0.5, 'b': true, 's': ""}[written.kind]
		if kind.NumMethod() > 0 || natural == nil { // a list may be one of any type
			return made, false
		}
		one, fits := makeWritten(written, reflect.TypeOf(natural))
		if fits {
			made.Set(one)
		}
		return made, fits
	case reflect.Ptr:
		if kind.Elem().Kind() == reflect.Struct {
			return made, false
		}
		one, fits := makeWritten(written, kind.Elem())
		made.Set(reflect.New(kind.Elem()))
		made.Elem().Set(one)
		return made, fits
	case reflect.Bool:
		made.SetBool(written.text == "1")
		return made, written.kind == 'b'
	case reflect.String:
		made.SetString(written.text)
		return made, written.kind == 's' || written.kind == 'c' || written.kind == 'C'
	case reflect.Slice, reflect.Array:
		return makeList(written, made)
	case reflect.Map:
		return makeMap(written, made)
	}
	return makeNumber(written, made)
}

func makeList(written node, made reflect.Value) (reflect.Value, bool) {
	part := made.Type().Elem().Kind()
	if made.Kind() == reflect.Slice && (written.kind == 's' || written.kind == 'S') && (part == reflect.Uint8 || part == reflect.Int32) {
		return reflect.ValueOf(written.text).Convert(made.Type()), true
	}
	if !written.isList() {
		return made, false
	}
	if made.Kind() == reflect.Slice {
		made.Set(reflect.MakeSlice(made.Type(), len(written.items), len(written.items)))
	}
	if made.Len() != len(written.items) {
		return made, false
	}
	for at, one := range written.items {
		each, fits := makeWritten(one, made.Type().Elem())
		if !fits {
			return made, false
		}
		made.Index(at).Set(each)
	}
	return made, true
}

func makeMap(written node, made reflect.Value) (reflect.Value, bool) {
	if written.kind != 'm' {
		return made, false
	}
	made.Set(reflect.MakeMap(made.Type()))
	for at := 0; at < len(written.items); at += 2 {
		key, fits := makeWritten(written.items[at], made.Type().Key())
		value, too := makeWritten(written.items[at+1], made.Type().Elem())
		if !fits || !too {
			return made, false
		}
		made.SetMapIndex(key, value)
	}
	return made, true
}

func makeNumber(written node, made reflect.Value) (reflect.Value, bool) {
	text := written.text
	switch written.kind {
	case 'c', 'C':
		letters := []rune(text)
		text = strconv.Itoa(int(letters[0]))
	case 'f', 'F', 'n', 'N':
	default:
		return made, false
	}
	switch made.Kind() {
	case reflect.Float32, reflect.Float64:
		number, err := strconv.ParseFloat(text, 64)
		made.SetFloat(number)
		return made, err == nil && written.kind != 'c' && written.kind != 'C'
	}
	number, is := new(big.Int).SetString(text, 10)
	if !is {
		exact, isNumber := new(big.Rat).SetString(text)
		if !isNumber || !exact.IsInt() {
			return made, false
		}
		number = exact.Num()
	}
	switch made.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if !number.IsInt64() || made.OverflowInt(number.Int64()) {
			return made, false
		}
		made.SetInt(number.Int64())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if !number.IsUint64() || made.OverflowUint(number.Uint64()) {
			return made, false
		}
		made.SetUint(number.Uint64())
	default:
		return made, false
	}
	return made, true
}
