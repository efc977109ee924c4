package deskmatecalled

import (
	"bytes"
	"fmt"
	"math/big"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"time"
)

const most = 2000

// A value in plain lists, of which it can be said whether they are the same.
func describe(value reflect.Value) interface{} {
	left := most
	return walk(value, &left, map[uintptr]bool{})
}

func walk(value reflect.Value, left *int, above map[uintptr]bool) interface{} {
	*left--
	if *left < 0 {
		return "…"
	}
	if !value.IsValid() {
		return nil
	}
	if told, is := describeSpecial(value); is {
		return told
	}
	switch value.Kind() {
	case reflect.Bool:
		return value.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return value.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return value.Uint()
	case reflect.Float32, reflect.Float64:
		return []interface{}{"float", strconv.FormatFloat(value.Float(), 'g', -1, 64)}
	case reflect.Complex64, reflect.Complex128:
		number := value.Complex()
		return []interface{}{"complex", walk(reflect.ValueOf(real(number)), left, above), walk(reflect.ValueOf(imag(number)), left, above)}
	case reflect.String:
		return strconv.QuoteToASCII(value.String())
	case reflect.Slice, reflect.Map, reflect.Ptr:
		if value.IsNil() {
			return nil
		}
		if value.Kind() != reflect.Slice {
			if above[value.Pointer()] {
				return "…"
			}
			above[value.Pointer()] = true
			defer delete(above, value.Pointer())
		}
	case reflect.Interface:
		if value.IsNil() {
			return nil
		}
		return []interface{}{"any", value.Elem().Type().String(), walk(value.Elem(), left, above)}
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return []interface{}{"function", value.IsNil()}
	}
	switch value.Kind() {
	case reflect.Ptr:
		return []interface{}{"pointer", walk(value.Elem(), left, above)}
	case reflect.Map:
		told := []interface{}{"map"}
		for _, key := range value.MapKeys() {
			told = append(told, []interface{}{walk(key, left, above), walk(value.MapIndex(key), left, above)})
		}
		sort.Slice(told[1:], func(a, b int) bool { return fmt.Sprint(told[1+a]) < fmt.Sprint(told[1+b]) })
		return told
	case reflect.Struct:
		fields := map[string]interface{}{}
		for at := 0; at < value.NumField(); at++ {
			fields[value.Type().Field(at).Name] = walk(value.Field(at), left, above)
		}
		return []interface{}{value.Type().Name(), fields}
	}
	told := []interface{}{"list"}
	for at := 0; at < value.Len() && *left >= 0; at++ {
		told = append(told, walk(value.Index(at), left, above))
	}
	return told
}

// What is no matter of its fields: errors are what they say.
func describeSpecial(value reflect.Value) (told interface{}, is bool) {
	defer func() {
		if recover() != nil {
			told, is = nil, false
		}
	}()
	if !value.CanInterface() {
		if !value.CanAddr() {
			return nil, false
		}
		value = open(value)
	}
	if value.Kind() == reflect.Ptr && value.IsNil() {
		return nil, false
	}
	switch one := value.Interface().(type) {
	case error:
		return []interface{}{"error", one.Error()}, true
	case time.Time:
		return []interface{}{"time", one.String()}, true
	case *big.Int:
		return []interface{}{"big", one.String()}, true
	case *bytes.Buffer:
		return []interface{}{"buffer", one.String()}, true
	case *strings.Builder:
		return []interface{}{"buffer", one.String()}, true
	}
	return nil, false
}

const wide = 120

func show(value reflect.Value) string { return cut((&drawing{}).show(value)) }

func cut(text string) string {
	text = strings.ReplaceAll(text, "\n", " ")
	if letters := []rune(text); len(letters) > wide {
		return string(letters[:wide]) + "…"
	}
	return text
}

// A value as it is written in Go, in its own package.
func (draw *drawing) show(value reflect.Value) string { return draw.write(value, 0) }

func (draw *drawing) write(value reflect.Value, depth int) string {
	if !value.IsValid() {
		return "nil"
	}
	if depth > 6 {
		return "…"
	}
	if told, is := describeSpecial(value); is {
		return showSpecial(told.([]interface{}))
	}
	switch value.Kind() {
	case reflect.String:
		return strconv.Quote(value.String())
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(value.Float(), 'g', -1, 64)
	case reflect.Int32:
		if letter := value.Int(); letter >= 'A' && letter < 127 {
			return strconv.QuoteRune(rune(letter))
		}
	case reflect.Ptr:
		if value.IsNil() {
			return "nil"
		}
		if text := draw.texts[value.Pointer()]; text != "" {
			return text
		}
		return "&" + draw.write(value.Elem(), depth+1)
	case reflect.Interface:
		return draw.write(value.Elem(), depth)
	case reflect.Func:
		return "a " + value.Type().String()
	case reflect.Slice, reflect.Array:
		if value.Kind() == reflect.Slice && value.IsNil() {
			return "nil"
		}
		items := []string{}
		for at := 0; at < value.Len() && at < 50; at++ {
			items = append(items, draw.write(value.Index(at), depth+1))
		}
		return typeName(value) + "{" + strings.Join(items, ", ") + "}"
	case reflect.Map:
		if value.IsNil() {
			return "nil"
		}
		items := []string{}
		for _, key := range value.MapKeys() {
			items = append(items, draw.write(key, depth+1)+": "+draw.write(value.MapIndex(key), depth+1))
		}
		sort.Strings(items)
		return typeName(value) + "{" + strings.Join(items, ", ") + "}"
	case reflect.Struct:
		items := []string{}
		for at := 0; at < value.NumField(); at++ {
			if field := value.Field(at); !field.IsZero() {
				items = append(items, value.Type().Field(at).Name+": "+draw.write(field, depth+1))
			}
		}
		return typeName(value) + "{" + strings.Join(items, ", ") + "}"
	}
	return fmt.Sprint(value)
}

func showSpecial(told []interface{}) string {
	switch told[0] {
	case "error":
		return fmt.Sprintf("error(%q)", told[1])
	case "buffer":
		return fmt.Sprintf("a buffer of %q", told[1])
	}
	return told[1].(string)
}

// Within its package it has no name before its own.
func typeName(value reflect.Value) string {
	name := value.Type().String()
	if own := value.Type(); own.PkgPath() != "" {
		return own.Name()
	}
	kind := value.Type()
	for kind.Name() == "" && (kind.Kind() == reflect.Slice || kind.Kind() == reflect.Ptr || kind.Kind() == reflect.Map) {
		kind = kind.Elem()
	}
	if before := strings.LastIndex(kind.String(), "."); before >= 0 {
		return strings.ReplaceAll(name, kind.String()[:before+1], "")
	}
	return name
}

// What a type is made of, to tell whether another version makes its values alike.
func writeShape(kind reflect.Type, depth int) string {
	if depth > 4 {
		return ""
	}
	text := kind.String()
	switch kind.Kind() {
	case reflect.Func:
		for at := 0; at < kind.NumIn(); at++ {
			text += "(" + writeShape(kind.In(at), depth+1) + ")"
		}
	case reflect.Slice, reflect.Array, reflect.Ptr, reflect.Map:
		text += " of " + writeShape(kind.Elem(), depth+1)
	case reflect.Struct:
		for at := 0; at < kind.NumField(); at++ {
			text += ";" + kind.Field(at).Name + " " + writeShape(kind.Field(at).Type, depth+1)
		}
	}
	return text
}
