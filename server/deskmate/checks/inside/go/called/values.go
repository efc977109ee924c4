package deskmatecalled

import (
	"reflect"
	"unsafe"
)

// A field that may be written, whoever it belongs to.
func open(field reflect.Value) reflect.Value {
	return reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem()
}

// A value of a type, of one that was written; none where it does not fit.
func convert(value interface{}, kind reflect.Type) reflect.Value {
	one := reflect.ValueOf(value)
	if !one.IsValid() {
		switch kind.Kind() {
		case reflect.Slice, reflect.Map, reflect.Ptr, reflect.Interface, reflect.Func:
			return reflect.Zero(kind)
		}
		return one
	}
	if one.Type().AssignableTo(kind) {
		made := reflect.New(kind).Elem()
		made.Set(one)
		return made
	}
	isNumber := func(kind reflect.Kind) bool { return reflect.Int <= kind && kind <= reflect.Float64 }
	if one.Kind() == kind.Kind() && one.Type().ConvertibleTo(kind) || isNumber(one.Kind()) && isNumber(kind.Kind()) {
		return one.Convert(kind)
	}
	return reflect.Value{}
}

// A copy that shares nothing, so that it is the same for the next.
func copyOf(value reflect.Value) reflect.Value {
	made := reflect.New(value.Type()).Elem()
	switch value.Kind() {
	case reflect.Slice:
		if !value.IsNil() {
			made.Set(reflect.MakeSlice(value.Type(), value.Len(), value.Len()))
			for at := 0; at < value.Len(); at++ {
				made.Index(at).Set(copyOf(value.Index(at)))
			}
		}
	case reflect.Map:
		if !value.IsNil() {
			made.Set(reflect.MakeMap(value.Type()))
			for _, key := range value.MapKeys() {
				made.SetMapIndex(key, copyOf(value.MapIndex(key)))
			}
		}
	case reflect.Ptr:
		if !value.IsNil() {
			made.Set(reflect.New(value.Type().Elem()))
			made.Elem().Set(copyOf(value.Elem()))
		}
	case reflect.Interface:
		if !value.IsNil() {
			made.Set(copyOf(value.Elem()))
		}
	case reflect.Struct:
		made.Set(value)
		for at := 0; at < value.NumField(); at++ {
			if value.Type().Field(at).PkgPath == "" {
				made.Field(at).Set(copyOf(value.Field(at)))
			}
		}
	default:
		made.Set(value)
	}
	return made
}
