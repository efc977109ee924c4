// What is read of a package: what has a path, what can make its arguments, and what stands in its code.

package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

type source struct {
	name    string
	text    []byte
	tree    *ast.File
	imports map[string]string
}

type pack struct {
	positions *token.FileSet
	own       *source
	files     []*source
	tests     []*source
	types     map[string]*ast.TypeSpec
	constants map[string]bool
	variables map[string]bool
	functions map[string][]*ast.FuncDecl
}

type callee struct {
	name     string
	declared *ast.FuncDecl
	written  string // as a value
}

func readPackage(folder, file string, tests []string) *pack {
	read := &pack{
		positions: token.NewFileSet(), types: map[string]*ast.TypeSpec{}, constants: map[string]bool{},
		variables: map[string]bool{}, functions: map[string][]*ast.FuncDecl{},
	}
	names, _ := filepath.Glob(filepath.Join(folder, "*.go"))
	for _, one := range names {
		matches, err := build.Default.MatchFile(folder, filepath.Base(one))
		if err != nil || !matches || strings.HasSuffix(one, "_test.go") {
			continue
		}
		part := read.parse(one)
		if part == nil {
			panic(problem("cannot be compiled by itself"))
		}
		read.files = append(read.files, part)
		if one == file {
			read.own = part
		}
		for _, declared := range part.tree.Decls {
			read.note(declared)
		}
	}
	if read.own == nil {
		panic(problem("is not built on this system"))
	}
	for _, one := range tests {
		if part := read.parse(filepath.FromSlash(one)); part != nil {
			read.tests = append(read.tests, part)
		}
	}
	return read
}

func (read *pack) parse(name string) *source {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	tree, err := parser.ParseFile(read.positions, name, text, parser.ParseComments)
	if err != nil {
		return nil
	}
	part := &source{name, text, tree, map[string]string{}}
	for _, one := range tree.Imports {
		path := strings.Trim(one.Path.Value, "\"`")
		part.imports[importName(one, path)] = path
	}
	return part
}

func importName(one *ast.ImportSpec, path string) string {
	if one.Name != nil {
		return one.Name.Name
	}
	parts := strings.Split(path, "/")
	last := parts[len(parts)-1]
	if len(parts) > 1 && len(last) > 1 && last[0] == 'v' && strings.Trim(last[1:], "0123456789") == "" {
		last = parts[len(parts)-2]
	}
	return last
}

func (read *pack) note(declared ast.Decl) {
	switch one := declared.(type) {
	case *ast.FuncDecl:
		read.functions[one.Name.Name] = append(read.functions[one.Name.Name], one)
	case *ast.GenDecl:
		for _, spec := range one.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				read.types[spec.Name.Name] = spec
			case *ast.ValueSpec:
				for _, name := range spec.Names {
					known := read.variables
					if one.Tok == token.CONST {
						known = read.constants
					}
					known[name.Name] = name.Name != "_"
				}
			}
		}
	}
}

// Of a type, all its methods that others may call.
func (read *pack) findCallees(path []string) []callee {
	found := []callee{}
	for _, one := range read.own.tree.Decls {
		declared, is := one.(*ast.FuncDecl)
		if !is || declared.Body == nil {
			continue
		}
		owner, name := receiverName(declared), declared.Name.Name
		whole := len(path) == 1 && owner == path[0] && declared.Name.IsExported()
		exact := len(path) == 1 && owner == "" && name == path[0] || len(path) == 2 && owner == path[0] && name == path[1]
		if !whole && !exact || name == "init" || name == "_" || owner == "" && name == "main" {
			continue
		}
		written, can := read.write(declared)
		if !can {
			panic(problem("takes types that nobody can choose"))
		}
		found = append(found, callee{name, declared, written})
	}
	if len(found) == 0 {
		panic(problem("cannot be called from outside"))
	}
	return found
}

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
			return []string{"int", "string"}[at%2], true
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
		return "int", strings.Contains(" Ordered Integer Signed ", " "+one.Sel.Name+" ")
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

// The lines of the statements of a function.
func (read *pack) findLines(declared *ast.FuncDecl) []int {
	lines := []int{}
	eachStatement(declared, func(one ast.Stmt) { lines = append(lines, read.positions.Position(one.Pos()).Line) })
	return lines
}

func eachStatement(declared *ast.FuncDecl, do func(ast.Stmt)) {
	ast.Inspect(declared, func(node ast.Node) bool {
		var list []ast.Stmt
		switch node := node.(type) {
		case *ast.BlockStmt:
			list = node.List
		case *ast.CaseClause:
			list = node.Body
		case *ast.CommClause:
			list = node.Body
		}
		for _, one := range list {
			switch one.(type) {
			case *ast.CaseClause, *ast.CommClause, *ast.EmptyStmt:
			default:
				do(one)
			}
		}
		return true
	})
}

// The file, in which each statement of what is compared says that it is reached.
func (read *pack) mark(callees []callee) []byte {
	type mark struct{ at, line int }
	marks := []mark{}
	for _, one := range callees {
		eachStatement(one.declared, func(statement ast.Stmt) {
			place := read.positions.Position(statement.Pos())
			marks = append(marks, mark{place.Offset, place.Line})
		})
	}
	sort.Slice(marks, func(a, b int) bool { return marks[a].at < marks[b].at })
	var marked bytes.Buffer
	last := 0
	for _, one := range marks {
		marked.Write(read.own.text[last:one.at])
		fmt.Fprintf(&marked, "deskmateReach(%d); ", one.line)
		last = one.at
	}
	marked.Write(read.own.text[last:])
	return marked.Bytes()
}
