package deskmatecalled

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/big"
	"reflect"
	"strings"
	"time"
)

// What values are made of, by their types.
type pool struct {
	ints    []int64
	floats  []float64
	texts   []string
	letters []rune
	values  map[reflect.Type][]reflect.Value
	makers  map[reflect.Type][]Named
	steps   map[reflect.Type][]Named
	types   []reflect.Type
	able    map[reflect.Type]bool
}

func newPool(known Known) *pool {
	found := &pool{
		values: map[reflect.Type][]reflect.Value{}, makers: map[reflect.Type][]Named{},
		steps: map[reflect.Type][]Named{}, able: map[reflect.Type]bool{},
	}
	for _, value := range known.Values {
		one := reflect.ValueOf(value)
		switch kind := one.Kind(); {
		case one.Type() == reflect.TypeOf('a'):
			found.letters = append(found.letters, rune(one.Int()))
			found.ints = append(found.ints, one.Int())
		case one.Type() == reflect.TypeOf(0):
			found.ints = append(found.ints, one.Int())
		case one.Type() == reflect.TypeOf(0.5):
			found.floats = append(found.floats, one.Float())
		case one.Type() == reflect.TypeOf(""):
			found.texts = append(found.texts, one.String())
			found.letters = append(found.letters, []rune(one.String())...)
		case kind != reflect.Invalid:
			found.values[one.Type()] = append(found.values[one.Type()], one)
		}
	}
	for _, one := range known.Types {
		found.types = append(found.types, reflect.TypeOf(one).Elem())
	}
	for _, one := range known.Makers {
		made := reflect.TypeOf(one.(Named).Function).Out(0)
		found.makers[made] = append(found.makers[made], one.(Named))
	}
	for _, one := range known.Steps {
		owner := reflect.TypeOf(one.(Named).Function).In(0)
		found.steps[owner] = append(found.steps[owner], one.(Named))
	}
	return found
}

var special = map[reflect.Type]func(*drawing) reflect.Value{
	typeOf((*time.Time)(nil)): func(draw *drawing) reflect.Value {
		return reflect.ValueOf(time.Unix(int64(draw.next(30000))*86400+int64(draw.next(24))*3600, 0).UTC())
	},
	typeOf((*big.Int)(nil)):         func(draw *drawing) reflect.Value { return reflect.ValueOf(*big.NewInt(draw.makeInt())) },
	typeOf((*bytes.Buffer)(nil)):    func(draw *drawing) reflect.Value { return reflect.ValueOf(*bytes.NewBufferString(draw.makeText())) },
	typeOf((*strings.Builder)(nil)): func(*drawing) reflect.Value { return reflect.ValueOf(&strings.Builder{}).Elem() },
	typeOf((*strings.Reader)(nil)):  func(draw *drawing) reflect.Value { return reflect.ValueOf(*strings.NewReader(draw.makeText())) },
	typeOf((*error)(nil)):           func(draw *drawing) reflect.Value { return reflect.ValueOf(errors.New("bad " + draw.makeText())) },
	typeOf((*context.Context)(nil)): func(*drawing) reflect.Value { return reflect.ValueOf(context.Background()) },
	typeOf((*io.Reader)(nil)):       func(draw *drawing) reflect.Value { return reflect.ValueOf(strings.NewReader(draw.makeText())) },
	typeOf((*io.Writer)(nil)):       func(*drawing) reflect.Value { return reflect.ValueOf(&bytes.Buffer{}) },
}

func typeOf(pointer interface{}) reflect.Type { return reflect.TypeOf(pointer).Elem() }

// Why a function cannot be called with anything that is made.
func (pool *pool) findObstacle(kind reflect.Type) string {
	for at := 0; at < kind.NumIn(); at++ {
		if !pool.canMake(kind.In(at)) {
			return "takes arguments that nobody can make"
		}
	}
	return ""
}

func (pool *pool) canMake(kind reflect.Type) bool {
	if able, known := pool.able[kind]; known {
		return able
	}
	pool.able[kind] = true // while it is looked at: it may hold itself
	pool.able[kind] = pool.findAble(kind)
	return pool.able[kind]
}

func (pool *pool) findAble(kind reflect.Type) bool {
	if special[kind] != nil {
		return true
	}
	switch kind.Kind() {
	case reflect.Chan, reflect.UnsafePointer, reflect.Uintptr:
		return false
	case reflect.Slice, reflect.Array, reflect.Ptr:
		return pool.canMake(kind.Elem())
	case reflect.Map:
		return pool.canMake(kind.Key()) && pool.canMake(kind.Elem())
	case reflect.Interface:
		return kind.NumMethod() == 0 || len(pool.findBelow(kind)) > 0
	case reflect.Func:
		for at := 0; at < kind.NumOut(); at++ {
			if !pool.canMake(kind.Out(at)) {
				return false
			}
		}
	case reflect.Struct:
		if len(pool.makersOf(kind)) > 0 || strings.HasPrefix(kind.PkgPath(), "sync") {
			return true
		}
		for at := 0; at < kind.NumField(); at++ {
			field := kind.Field(at)
			if pool.isOwn(kind) && !pool.canMake(field.Type) || !pool.isOwn(kind) && field.PkgPath != "" {
				return false
			}
		}
	}
	return true
}

func (pool *pool) isOwn(kind reflect.Type) bool {
	return kind.PkgPath() == "" || len(pool.types) > 0 && kind.PkgPath() == pool.types[0].PkgPath()
}

// The types of the package that keep to an interface.
func (pool *pool) findBelow(kind reflect.Type) []reflect.Type {
	found := []reflect.Type{}
	for _, one := range pool.types {
		if one.Kind() == reflect.Interface {
			continue
		}
		if one.Implements(kind) {
			found = append(found, one)
		} else if reflect.PtrTo(one).Implements(kind) {
			found = append(found, reflect.PtrTo(one))
		}
	}
	return found
}

func (pool *pool) makersOf(kind reflect.Type) []Named {
	found := []Named{}
	for _, one := range append(append([]Named{}, pool.makers[kind]...), pool.makers[reflect.PtrTo(kind)]...) {
		if pool.findObstacle(reflect.TypeOf(one.Function)) == "" {
			found = append(found, one)
		}
	}
	return found
}
