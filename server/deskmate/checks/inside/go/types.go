// How a function is written as a value: with the type that it belongs to, and types that are chosen where
// it has parameters for them.

package main

import (
	"fmt"
	"go/ast"
	"strings"
)

func receiverName(declared *ast.FuncDecl) string {
	name, _ := receiver(declared)
	return name
}

// The name of the type of a method, and the names that it gives to the parameters of that.
func receiver(declared *ast.FuncDecl) (string, []string) {
	if declared.Recv == nil || len(declared.Recv.List) == 0 {
		return "", nil
	}
	kind := declared.Recv.List[0].Type
	if star, is := kind.(*ast.StarExpr); is {
		kind = star.X
	}
	switch kind := kind.(type) {
	case *ast.Ident:
		return kind.Name, nil
	case *ast.IndexExpr:
		return fmt.Sprint(kind.X), []string{fmt.Sprint(kind.Index)}
	case *ast.IndexListExpr:
		names := []string{}
		for _, one := range kind.Indices {
			names = append(names, fmt.Sprint(one))
		}
		return fmt.Sprint(kind.X), names
	}
	return "", nil
}

// A function as a value, of types that are chosen where it has parameters for them.
func (read *pack) write(declared *ast.FuncDecl) (string, bool) {
	owner, _ := receiver(declared)
	if owner == "" {
		chosen, can := read.chooseTypes(declared.Type.TypeParams)
		return declared.Name.Name + chosen, can
	}
	spec := read.types[owner]
	if spec == nil {
		return "", false
	}
	chosen, can := read.chooseTypes(spec.TypeParams)
	if _, is := declared.Recv.List[0].Type.(*ast.StarExpr); is {
		return "(*" + owner + chosen + ")." + declared.Name.Name, can
	}
	return owner + chosen + "." + declared.Name.Name, can
}

func (read *pack) chooseTypes(params *ast.FieldList) (string, bool) {
	if params == nil || params.NumFields() == 0 {
		return "", true
	}
	chosen, names := map[string]string{}, []string{}
	var rest []*ast.Field
	for round := 0; round < 2; round++ {
		fields := params.List
		if round == 1 {
			fields = rest
		}
		for _, field := range fields {
			for at, name := range field.Names {
				if round == 0 {
					names = append(names, name.Name)
				}
				kind, can := read.choose(field.Type, len(names)-1+at, chosen)
				if !can && round == 1 {
					return "", false
				}
				if can {
					chosen[name.Name] = kind
				} else {
					rest = append(rest, field)
					break
				}
			}
		}
	}
	kinds := make([]string, len(names))
	for at, name := range names {
		if kinds[at] = chosen[name]; kinds[at] == "" {
			return "", false
		}
	}
	return "[" + strings.Join(kinds, ", ") + "]", true
}

// A type that keeps to a constraint.
func (read *pack) choose(constraint ast.Expr, at int, chosen map[string]string) (string, bool) {
	switch one := constraint.(type) {
	case *ast.Ident:
		if one.Name == "any" || one.Name == "comparable" {
			return read.kinds[at%2], true
		}
		if kind := chosen[one.Name]; kind != "" {
			return kind, true
		}
		if spec := read.types[one.Name]; spec != nil {
			if _, is := spec.Type.(*ast.InterfaceType); is {
				return read.choose(spec.Type, at, chosen)
			}
			return one.Name, true
		}
		return one.Name, strings.Contains(basicTypes, " "+one.Name+" ")
	case *ast.SelectorExpr:
		if one.Sel.Name == "Float" {
			return "float64", true
		}
		if one.Sel.Name == "Ordered" {
			return read.kinds[0], true
		}
		return "int", strings.Contains(" Integer Signed ", " "+one.Sel.Name+" ")
	case *ast.BinaryExpr:
		return read.choose(one.X, at, chosen)
	case *ast.UnaryExpr:
		return read.choose(one.X, at, chosen)
	case *ast.ArrayType:
		kind, can := read.choose(one.Elt, at, chosen)
		return "[]" + kind, can && one.Len == nil
	case *ast.MapType:
		key, can := read.choose(one.Key, at, chosen)
		value, too := read.choose(one.Value, at, chosen)
		return "map[" + key + "]" + value, can && too
	case *ast.InterfaceType:
		if one.Methods.NumFields() == 0 {
			return "int", true
		}
		if first := one.Methods.List[0]; len(one.Methods.List) == 1 && len(first.Names) == 0 {
			return read.choose(first.Type, at, chosen)
		}
	}
	return "", false
}

const basicTypes = " bool byte complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 uint64 "
