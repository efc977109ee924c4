// Package deskmatecalled calls functions with what it makes of the numbers that it reads, line after
// line, and says in JSON what comes of each call. It is built with the package that is compared.
package deskmatecalled

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
)

// Callee is what is called; a method has its receiver as its first parameter.
type Callee struct {
	Name     string
	Function interface{}
	IsMethod bool
	Seen     [][]interface{}
}

// Named is a function that makes a value, or changes it.
type Named struct {
	Name     string
	Function interface{}
}

// Known is what is known of a package: what may make values of its types, what is done with them,
// values that stand in it, its types, and the variables that must stay as they are.
type Known struct {
	Callees                                 []Callee
	Makers, Steps, Values, Types, Variables []interface{}
}

var reached = map[int]bool{}

// Reach notes that a line is reached.
func Reach(line int) { reached[line] = true }

type said map[string]interface{}

var channel = os.Stdout

func say(told said) {
	text, err := json.Marshal(told)
	if err != nil {
		text, _ = json.Marshal(said{"kind": "effect", "shown": "cannot be described"})
	}
	fmt.Fprintf(channel, "deskmate:%s\n", text)
}

// Serve answers until nothing more is asked.
func Serve(known Known) {
	debug.SetMaxStack(64 << 20)
	debug.SetGCPercent(50)
	printed, err := os.CreateTemp("", "printed")
	if err != nil {
		return
	}
	asked := bufio.NewScanner(os.Stdin)
	asked.Buffer(nil, 1<<20)
	os.Stdin, _ = os.Open(os.DevNull)
	os.Stderr, _ = os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	pool := newPool(known)
	hello := []said{}
	for _, one := range known.Callees {
		kind := reflect.TypeOf(one.Function)
		hello = append(hello, said{"left": pool.findObstacle(kind), "type": writeShape(kind, 0), "seen": len(findSeen(one))})
	}
	say(said{"callees": hello})
	for asked.Scan() {
		words := strings.Fields(asked.Text())
		numbers := make([]int, len(words))
		for at, word := range words {
			numbers[at], _ = strconv.Atoi(word)
		}
		say(answer(known, pool, known.Callees[numbers[0]], numbers[1:], printed))
	}
}

func answer(known Known, pool *pool, one Callee, numbers []int, printed *os.File) said {
	function := reflect.ValueOf(one.Function)
	draw := &drawing{pool: pool, numbers: numbers, texts: map[uintptr]string{}}
	args, written, made := makeCall(draw, one)
	say(said{"call": written})
	if !made {
		return said{"kind": "unfit", "unfit": true}
	}
	variables := describeAll(known.Variables)
	printed.Truncate(0)
	printed.Seek(0, io.SeekStart)
	os.Stdout = printed
	told := observe(function, args)
	os.Stdout = channel
	printed.Seek(0, io.SeekStart)
	output, _ := io.ReadAll(printed)
	told["output"] = string(output)
	left, shown := []interface{}{"arguments"}, []string{}
	for _, arg := range args {
		left = append(left, describe(arg))
		shown = append(shown, show(arg))
	}
	told["left"], told["leftShown"] = left, shown
	if !reflect.DeepEqual(variables, describeAll(known.Variables)) {
		told = said{"kind": "effect", "shown": "changes globals"}
	}
	lines := []int{}
	for line := range reached {
		lines = append(lines, line)
	}
	reached = map[int]bool{}
	told["lines"] = lines
	return told
}

func describeAll(variables []interface{}) []interface{} {
	found := []interface{}{}
	for _, one := range variables {
		found = append(found, describe(reflect.ValueOf(one)))
	}
	return found
}

func makeCall(draw *drawing, one Callee) (args []reflect.Value, written string, made bool) {
	defer func() {
		if recover() != nil {
			made = false
		}
	}()
	kind := reflect.TypeOf(one.Function)
	seen, first := draw.next(1<<16), 0
	texts := []string{}
	if one.IsMethod {
		receiver := draw.makeReceiver(kind.In(0))
		args, first = append(args, receiver), 1
		written = draw.show(receiver) + "."
	}
	if all := findSeen(one); 0 < seen && seen <= len(all) {
		for at, value := range all[seen-1] {
			args = append(args, copyOf(convert(value, kind.In(first+at))))
		}
	} else {
		for at := first; at < kind.NumIn(); at++ {
			args = append(args, draw.make(kind.In(at), 0))
		}
	}
	for _, arg := range args[first:] {
		texts = append(texts, draw.show(arg))
	}
	return args, written + one.Name + "(" + strings.Join(texts, ", ") + ")", true
}

// The calls of it that there are and that fit.
func findSeen(one Callee) [][]interface{} {
	kind, first := reflect.TypeOf(one.Function), 0
	if one.IsMethod {
		first = 1
	}
	found := [][]interface{}{}
	for _, args := range one.Seen {
		fits := len(args) == kind.NumIn()-first && !kind.IsVariadic()
		for at := 0; fits && at < len(args); at++ {
			fits = convert(args[at], kind.In(first+at)).IsValid()
		}
		if fits {
			found = append(found, args)
		}
	}
	return found
}

func observe(function reflect.Value, args []reflect.Value) (told said) {
	defer func() {
		why := recover()
		if why == nil {
			return
		}
		told = said{"kind": "panicked", "value": describe(reflect.ValueOf(&why).Elem()), "shown": "(" + show(reflect.ValueOf(&why).Elem()) + ")"}
		if fault, is := why.(runtime.Error); is {
			told["value"], told["shown"] = "runtime", "("+strings.TrimPrefix(fault.Error(), "runtime error: ")+")"
			told["unfit"] = strings.Contains(fault.Error(), "nil pointer")
		}
	}()
	var results []reflect.Value
	if function.Type().IsVariadic() {
		results = function.CallSlice(args)
	} else {
		results = function.Call(args)
	}
	value, shown := []interface{}{"results"}, []string{}
	for _, one := range results {
		one = finish(one)
		if one.Kind() == reflect.Func && !one.IsNil() {
			return said{"kind": "effect", "shown": "gives a function"}
		}
		value = append(value, describe(one))
		shown = append(shown, show(one))
	}
	text := strings.Join(shown, ", ")
	if len(shown) != 1 {
		text = "(" + text + ")"
	}
	if len(shown) == 0 {
		text = "nothing"
	}
	return said{"kind": "returned", "value": value, "shown": text}
}

const items = 100

// Of what gives one after the other, what it gives.
func finish(result reflect.Value) reflect.Value {
	kind := result.Type()
	if kind.Kind() != reflect.Func || result.IsNil() || kind.NumIn() != 1 || kind.NumOut() != 0 || kind.In(0).Kind() != reflect.Func {
		return result
	}
	yield := kind.In(0)
	if yield.NumOut() != 1 || yield.Out(0).Kind() != reflect.Bool {
		return result
	}
	given := [][]interface{}{}
	result.Call([]reflect.Value{reflect.MakeFunc(yield, func(args []reflect.Value) []reflect.Value {
		each := []interface{}{}
		for _, one := range args {
			each = append(each, one.Interface())
		}
		given = append(given, each)
		return []reflect.Value{reflect.ValueOf(len(given) < items).Convert(yield.Out(0))}
	})})
	return reflect.ValueOf(given)
}
