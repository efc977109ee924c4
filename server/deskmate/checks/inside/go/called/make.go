package deskmatecalled

import (
	"reflect"
	"strings"
)

// One input in the making.
type drawing struct {
	pool    *pool
	numbers []int
	texts   map[uintptr]string
}

func (draw *drawing) next(below int) int {
	if len(draw.numbers) == 0 {
		return 0
	}
	first := draw.numbers[0]
	draw.numbers = draw.numbers[1:]
	return first % below
}

func (draw *drawing) makeInt() int64 {
	switch draw.next(8) {
	case 1:
		return -int64(draw.next(20))
	case 2, 3:
		if len(draw.pool.ints) > 0 {
			return draw.pool.ints[draw.next(len(draw.pool.ints))]
		}
	case 4:
		return int64(draw.next(2000))
	case 5:
		return int64(draw.next(100)) * int64(draw.next(500))
	}
	return int64(draw.next(20))
}

func (draw *drawing) makeFloat() float64 {
	switch draw.next(4) {
	case 1:
		if len(draw.pool.floats) > 0 {
			return draw.pool.floats[draw.next(len(draw.pool.floats))]
		}
	case 2:
		return float64(draw.makeInt()) / 4
	case 3:
		return float64(draw.next(2000)-1000) / 100
	}
	return float64(draw.makeInt())
}

const characters = "abcXYZ 0123.,:;-_=/\n'\"()[]é"

// Of all letters, of few, or of those that stand in the code.
func (draw *drawing) makeText() string {
	text := []rune{}
	letters := [][]rune{[]rune(characters), []rune("0123456789"), []rune("ab"), draw.pool.letters}[draw.next(4)]
	if len(letters) == 0 {
		letters = []rune(characters)
	}
	for draw.next(8) != 0 && len(text) < 200 {
		if among := draw.pool.texts; len(among) > 0 && draw.next(4) == 1 {
			text = append(text, []rune(among[draw.next(len(among))])...)
		} else {
			for count := 1 + draw.next(3); count > 0; count-- {
				text = append(text, letters[draw.next(len(letters))])
			}
		}
	}
	return string(text)
}

func (draw *drawing) more(made, depth int) bool {
	return made < 30 && draw.next(8-2*min(depth, 2)) != 0
}

func min(one, other int) int {
	if one < other {
		return one
	}
	return other
}

func (draw *drawing) make(kind reflect.Type, depth int) reflect.Value {
	made := reflect.New(kind).Elem()
	if known := draw.pool.values[kind]; len(known) > 0 && (draw.next(3) > 0 || kind.PkgPath() != "" && made.CanInt()) {
		return copyOf(known[draw.next(len(known))])
	}
	if special[kind] != nil {
		if kind.Kind() != reflect.Interface || draw.next(4) != 3 {
			made.Set(special[kind](draw))
		}
		return made
	}
	switch kind.Kind() {
	case reflect.Bool:
		made.SetBool(draw.next(2) == 1)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if kind.Kind() == reflect.Int32 && draw.next(2) == 1 {
			letters := []rune(characters)
			made.SetInt(int64(letters[draw.next(len(letters))]))
		} else {
			made.SetInt(draw.makeInt())
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		number := draw.makeInt()
		if number < 0 {
			number = -number
		}
		made.SetUint(uint64(number))
	case reflect.Float32, reflect.Float64:
		made.SetFloat(draw.makeFloat())
	case reflect.Complex64, reflect.Complex128:
		made.SetComplex(complex(draw.makeFloat(), draw.makeFloat()))
	case reflect.String:
		made.SetString(draw.makeText())
	case reflect.Slice:
		if kind.Elem().Kind() == reflect.Uint8 && draw.next(2) == 0 {
			made.SetBytes([]byte(draw.makeText()))
			break
		}
		made.Set(reflect.MakeSlice(kind, 0, 0))
		for draw.more(made.Len(), depth) {
			if made.Len() > 0 && draw.next(4) == 1 {
				made.Set(reflect.Append(made, copyOf(made.Index(draw.next(made.Len())))))
			} else {
				made.Set(reflect.Append(made, draw.make(kind.Elem(), depth+1)))
			}
		}
	case reflect.Array:
		for at := 0; at < kind.Len(); at++ {
			made.Index(at).Set(draw.make(kind.Elem(), depth+1))
		}
	case reflect.Map:
		made.Set(reflect.MakeMap(kind))
		for draw.more(made.Len(), depth) {
			made.SetMapIndex(draw.make(kind.Key(), depth+1), draw.make(kind.Elem(), depth+1))
		}
	case reflect.Ptr:
		if depth > 0 && draw.next(3) == 0 || depth == 0 && draw.next(8) == 7 || depth > 8 {
			break
		}
		return draw.makePointer(kind, depth)
	case reflect.Struct:
		return draw.makePointer(reflect.PtrTo(kind), depth).Elem()
	case reflect.Interface:
		draw.fillInterface(made, depth)
	case reflect.Func:
		made.Set(draw.makeFunction(kind))
	}
	return made
}

func (draw *drawing) makeReceiver(kind reflect.Type) reflect.Value {
	if kind.Kind() == reflect.Ptr {
		return draw.makePointer(kind, 0)
	}
	return draw.make(kind, 0)
}

// A new value: as the package itself makes it, and then with a few methods called, or of all its fields.
func (draw *drawing) makePointer(kind reflect.Type, depth int) reflect.Value {
	made := reflect.New(kind.Elem())
	if kind.Elem().Kind() != reflect.Struct || special[kind.Elem()] != nil {
		made.Elem().Set(draw.make(kind.Elem(), depth))
		return made
	}
	if makers := draw.pool.makersOf(kind.Elem()); len(makers) > 0 && depth < 3 {
		if one, is := draw.makeBy(makers[draw.next(len(makers))], kind); is {
			return one
		}
	}
	for at := 0; at < kind.Elem().NumField(); at++ {
		field := made.Elem().Field(at)
		if strings.HasPrefix(field.Type().PkgPath(), "sync") || !draw.pool.canMake(field.Type()) {
			continue
		}
		open(field).Set(draw.make(field.Type(), depth+1))
	}
	return made
}

func (draw *drawing) makeBy(maker Named, kind reflect.Type) (reflect.Value, bool) {
	args, text := draw.makeArgs(maker, 0)
	results := call(maker, args)
	if len(results) > 1 && results[len(results)-1].Type() == typeOf((*error)(nil)) && !results[len(results)-1].IsNil() {
		return reflect.Value{}, false
	}
	made := results[0]
	if made.Kind() != reflect.Ptr {
		pointer := reflect.New(made.Type())
		pointer.Elem().Set(made)
		made = pointer
	}
	if made.IsNil() {
		return made, false
	}
	steps := append(append([]Named{}, draw.pool.steps[kind]...), draw.pool.steps[kind.Elem()]...)
	for count := draw.next(4); count > 0 && len(steps) > 0; count-- {
		step := steps[draw.next(len(steps))]
		if draw.pool.findObstacle(reflect.TypeOf(step.Function)) != "" {
			continue
		}
		owner := made
		if reflect.TypeOf(step.Function).In(0) != kind {
			owner = made.Elem()
		}
		args, done := draw.makeArgs(step, 1)
		call(step, append([]reflect.Value{owner}, args...))
		text += ", then " + done
	}
	draw.texts[made.Pointer()] = text
	return made, true
}

func (draw *drawing) makeArgs(one Named, first int) ([]reflect.Value, string) {
	kind, args, texts := reflect.TypeOf(one.Function), []reflect.Value{}, []string{}
	for at := first; at < kind.NumIn(); at++ {
		args = append(args, draw.make(kind.In(at), 1))
		texts = append(texts, draw.show(args[len(args)-1]))
	}
	return args, one.Name + "(" + strings.Join(texts, ", ") + ")"
}

func call(one Named, args []reflect.Value) []reflect.Value {
	if function := reflect.ValueOf(one.Function); function.Type().IsVariadic() {
		return function.CallSlice(args)
	}
	return reflect.ValueOf(one.Function).Call(args)
}

func (draw *drawing) fillInterface(made reflect.Value, depth int) {
	kinds := draw.pool.findBelow(made.Type())
	if made.NumMethod() == 0 {
		kinds = []reflect.Type{reflect.TypeOf(0), reflect.TypeOf(""), reflect.TypeOf(0.5), reflect.TypeOf(true), reflect.TypeOf([]int{}), reflect.TypeOf([]string{}), nil}
	}
	if len(kinds) == 0 {
		return
	}
	kind := kinds[draw.next(len(kinds))]
	if kind == nil {
		return
	}
	if kind.Kind() == reflect.Ptr {
		made.Set(draw.makePointer(kind, depth+1))
	} else {
		made.Set(draw.make(kind, depth+1))
	}
}

// A function that gives the same for the same: what it is given, where that fits.
func (draw *drawing) makeFunction(kind reflect.Type) reflect.Value {
	salt := draw.next(1000)
	return reflect.MakeFunc(kind, func(args []reflect.Value) []reflect.Value {
		sum := salt
		for _, one := range args {
			for _, char := range show(one) {
				sum = (sum*31 + int(char)) % 65521
			}
		}
		again := &drawing{pool: draw.pool, numbers: []int{sum, sum / 3, sum / 7, sum / 11, sum / 13}, texts: map[uintptr]string{}}
		results := []reflect.Value{}
		for at := 0; at < kind.NumOut(); at++ {
			results = append(results, again.make(kind.Out(at), 1))
		}
		return results
	})
}
