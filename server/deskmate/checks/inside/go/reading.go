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
	literals  bool      // whether values that are written are used
	kinds     [2]string // what is chosen for a type that may be any
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
		literals: true, kinds: [2]string{"int", "string"},
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
				for at, name := range spec.Names {
					known, fits := read.variables, true
					if one.Tok == token.CONST {
						known, fits = read.constants, at >= len(spec.Values) || fitsInt(spec.Values[at])
					}
					known[name.Name] = name.Name != "_" && fits
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
