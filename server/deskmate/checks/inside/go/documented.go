// What is documented in a file by calls of it, and what is said there.

package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"strings"
)

func prepareDocumented(read *pack, asked task, folder, parts string) told {
	shown, callees := []told{}, []callee{}
	for _, declared := range read.findDocumented(asked.Path) {
		at := []int{}
		for _, one := range read.writeWays(declared) {
			at = append(at, len(callees))
			callees = append(callees, one)
		}
		shown = append(shown, told{
			"name": declared.Name.Name, "owners": []string{read.own.tree.Name.Name}, "says": declared.Doc.Text(), "callees": at,
		})
	}
	if len(callees) == 0 {
		panic(problem("has no example that can be called from outside"))
	}
	var calling bytes.Buffer
	path := findModule(folder) + "/" + harness
	fmt.Fprintf(&calling, "package %s\n\nimport (\n\t\"testing\"\n\n\tdeskmatecalled %q\n)\n\n", read.own.tree.Name.Name, path)
	calling.WriteString("func TestDeskmateCompared(*testing.T) {\n\tdeskmatecalled.ServeExamples([]deskmatecalled.Callee{\n")
	for _, one := range callees {
		fmt.Fprintf(&calling, "\t\t{Function: %s, IsMethod: %t},\n", one.written, one.declared.Recv != nil)
	}
	calling.WriteString("\t})\n}\n")
	made, err := os.MkdirTemp("", "documented")
	check(err)
	files := map[string][]byte{filepath.Join(folder, "deskmate_called_test.go"): calling.Bytes()}
	if said := buildTest(made, "it", folder, parts, files); said != "it:" {
		panic(problem("cannot be compiled by itself (" + strings.TrimPrefix(said, "it:") + ")"))
	}
	return told{"documented": shown, "javadoc": false, "program": start(made, "it"), "folder": folder}
}

func (read *pack) findDocumented(path []string) []*ast.FuncDecl {
	found := []*ast.FuncDecl{}
	for _, one := range read.own.tree.Decls {
		declared, is := one.(*ast.FuncDecl)
		if !is || declared.Body == nil || !strings.Contains(declared.Doc.Text(), declared.Name.Name+"(") {
			continue
		}
		name := declared.Name.Name
		asked := len(path) == 0 || name == path[0] || receiverName(declared) == path[0]
		if asked && name != "_" && name != "init" && (name != "main" || declared.Recv != nil) {
			found = append(found, declared)
		}
	}
	return found
}

// A function as a value; where its types may be chosen, of each of a few.
func (read *pack) writeWays(declared *ast.FuncDecl) []callee {
	found, known := []callee{}, map[string]bool{}
	for _, kinds := range [][2]string{{"int", "string"}, {"int", "int"}, {"string", "string"}, {"float64", "float64"}, {"string", "int"}} {
		read.kinds = kinds
		if written, can := read.write(declared); can && !known[written] {
			known[written] = true
			found = append(found, callee{declared.Name.Name, declared, written})
		}
	}
	return found
}
