// Values that stand in code, as far as they are known wherever they stand.

package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// The text of a value, without the name of the package, in whose own tests it may stand.
func (read *pack) textOf(part *source, node ast.Node) string {
	from, to := read.positions.Position(node.Pos()).Offset, read.positions.Position(node.End()).Offset
	return regexp.MustCompile(`\b`+read.own.tree.Name.Name+`\.`).ReplaceAllString(string(part.text[from:to]), "")
}

func (read *pack) isLiteral(value ast.Expr) bool {
	switch one := value.(type) {
	case nil:
		return true
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		return one.Name == "true" || one.Name == "false" || one.Name == "nil" || read.constants[one.Name]
	case *ast.ParenExpr:
		return read.isLiteral(one.X)
	case *ast.UnaryExpr:
		return one.Op != token.ARROW && read.isLiteral(one.X)
	case *ast.BinaryExpr:
		return one.Op != token.QUO && one.Op != token.REM && read.isLiteral(one.X) && read.isLiteral(one.Y)
	case *ast.SelectorExpr:
		return fmt.Sprint(one.X) == read.own.tree.Name.Name && read.constants[one.Sel.Name]
	case *ast.CallExpr:
		return len(one.Args) == 1 && read.isKnown(one.Fun) && one.Fun != nil && read.isLiteral(one.Args[0])
	case *ast.KeyValueExpr:
		_, isField := one.Key.(*ast.Ident)
		return (isField || read.isLiteral(one.Key)) && read.isLiteral(one.Value)
	case *ast.CompositeLit:
		for _, each := range one.Elts {
			if !read.isLiteral(each) {
				return false
			}
		}
		return read.isKnown(one.Type)
	}
	return false
}

// Whether a type is known wherever the package is.
func (read *pack) isKnown(kind ast.Expr) bool {
	switch one := kind.(type) {
	case nil:
		return true
	case *ast.Ident:
		return strings.Contains(basicTypes, " "+one.Name+" ") || one.Name == "any" || read.types[one.Name] != nil
	case *ast.SelectorExpr:
		return fmt.Sprint(one.X) == read.own.tree.Name.Name && read.types[one.Sel.Name] != nil
	case *ast.StarExpr:
		return read.isKnown(one.X)
	case *ast.ArrayType:
		return read.isKnown(one.Elt) && read.isLiteral(one.Len)
	case *ast.MapType:
		return read.isKnown(one.Key) && read.isKnown(one.Value)
	case *ast.InterfaceType:
		return one.Methods.NumFields() == 0
	}
	return false
}

// Values that stand in the code, and in tests and examples: numbers with those beside them, texts,
// constants of the package's types, and whole lists of values.
func (read *pack) findValues(callees []callee) []string {
	found := map[string]bool{}
	if !read.literals {
		return nil
	}
	for _, one := range callees {
		for _, reached := range read.findReached(one.declared) {
			part := read.fileOf(reached)
			ast.Inspect(reached, func(node ast.Node) bool { read.noteValue(node, part, found, true); return true })
		}
		for _, args := range read.findSeen(one) {
			for _, arg := range args {
				if value := parse(arg); value != nil {
					ast.Inspect(value, func(node ast.Node) bool {
						if basic, is := node.(*ast.BasicLit); is {
							noteBasic(basic, found, false)
						}
						return true
					})
				}
			}
		}
	}
	for _, part := range read.tests {
		part := part
		ast.Inspect(part.tree, func(node ast.Node) bool { read.noteValue(node, part, found, false); return true })
	}
	for name, is := range read.constants {
		if is {
			found[name] = true
		}
	}
	names := sortNames(found)
	sort.SliceStable(names, func(a, b int) bool { return len(names[a]) < len(names[b]) })
	if len(names) > 200 {
		names = names[:200]
	}
	return names
}

func (read *pack) noteValue(node ast.Node, part *source, found map[string]bool, own bool) {
	switch one := node.(type) {
	case *ast.BasicLit:
		if own {
			noteBasic(one, found, true)
		}
	case *ast.CompositeLit:
		if one.Type != nil && len(one.Elts) > 0 && read.isLiteral(one) {
			if text := read.textOf(part, one); len(text) < 300 {
				found[text] = true
			}
		}
	}
}

// Whether a number is one of Go's int, which is what it is where nothing else is said.
func fitsInt(value ast.Expr) bool {
	basic, is := value.(*ast.BasicLit)
	if !is || basic.Kind != token.INT {
		return true
	}
	_, err := strconv.ParseInt(basic.Value, 0, 64)
	return err == nil
}

func noteBasic(one *ast.BasicLit, found map[string]bool, beside bool) {
	if number, err := strconv.Atoi(one.Value); err == nil && number < 1000000 && beside {
		found[strconv.Itoa(number-1)], found[strconv.Itoa(number+1)] = true, true
	}
	if len(one.Value) < 60 && one.Kind != token.IMAG && fitsInt(one) {
		found[one.Value] = true
	}
}
