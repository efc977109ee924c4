// The file that says what is called, and with what: calls and values that stand in tests, examples and
// the code itself, as far as they are known wherever they stand.

package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"regexp"
	"strings"
)

func (read *pack) writeCalls(callees []callee, harness string) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "package %s\n\nimport (\n\t\"testing\"\n\n\tdeskmatecalled %q\n)\n\n", read.own.tree.Name.Name, harness)
	out.WriteString("func deskmateReach(line int) { deskmatecalled.Reach(line) }\n\n")
	out.WriteString("func TestDeskmateCompared(*testing.T) {\n\tdeskmatecalled.Serve(deskmatecalled.Known{\n\t\tCallees: []deskmatecalled.Callee{\n")
	for _, one := range callees {
		fmt.Fprintf(&out, "\t\t\t{Name: %q, Function: %s, IsMethod: %t, Seen: [][]interface{}{\n", one.name, one.written, one.declared.Recv != nil)
		for _, args := range read.findSeen(one) {
			fmt.Fprintf(&out, "\t\t\t\t{%s},\n", strings.Join(args, ", "))
		}
		out.WriteString("\t\t\t}},\n")
	}
	out.WriteString("\t\t},\n")
	makers, steps := read.findMakers(callees)
	writeList(&out, "Makers", makers)
	writeList(&out, "Steps", steps)
	writeList(&out, "Values", read.findValues(callees))
	types, variables := []string{}, []string{}
	for _, name := range sortTypes(read.types) {
		types = append(types, "(*"+name+")(nil)")
	}
	for _, name := range read.findVariables(callees) {
		variables = append(variables, "&"+name)
	}
	writeList(&out, "Types", types)
	writeList(&out, "Variables", variables)
	out.WriteString("\t})\n}\n")
	return out.Bytes()
}

func writeList(out *bytes.Buffer, name string, items []string) {
	fmt.Fprintf(out, "\t\t%s: []interface{}{%s},\n", name, strings.Join(items, ", "))
}

func sortTypes(types map[string]*ast.TypeSpec) []string {
	named := map[string]bool{}
	for name, spec := range types {
		if kind, is := spec.Type.(*ast.InterfaceType); is && (spec.TypeParams != nil || hasUnion(kind)) {
			continue
		}
		if spec.TypeParams == nil && name != "_" {
			named[name] = true
		}
	}
	return sortNames(named)
}

func hasUnion(kind *ast.InterfaceType) bool {
	for _, one := range kind.Methods.List {
		if len(one.Names) == 0 {
			return true
		}
	}
	return false
}

// What makes values of the package's types, and what is done with them: functions whose first result is
// one, and methods; each with its name.
func (read *pack) findMakers(callees []callee) (makers, steps []string) {
	for _, part := range read.files {
		for _, one := range part.tree.Decls {
			declared, is := one.(*ast.FuncDecl)
			if !is || declared.Body == nil || declared.Name.Name == "_" || read.findEffect(declared) != "" {
				continue
			}
			written, can := read.write(declared)
			entry := fmt.Sprintf("deskmatecalled.Named{%q, %s}", declared.Name.Name, written)
			if declared.Recv != nil && can && !isAmong(declared, callees) {
				steps = append(steps, entry)
			} else if declared.Recv == nil && can && read.makes(declared) {
				makers = append(makers, entry)
			}
		}
	}
	return makers, steps
}

func isAmong(declared *ast.FuncDecl, callees []callee) bool {
	for _, one := range callees {
		if len(callees) == 1 && one.declared == declared {
			return true
		}
	}
	return false
}

func (read *pack) makes(declared *ast.FuncDecl) bool {
	if declared.Type.Results.NumFields() == 0 {
		return false
	}
	kind := declared.Type.Results.List[0].Type
	if star, is := kind.(*ast.StarExpr); is {
		kind = star.X
	}
	switch one := kind.(type) {
	case *ast.IndexExpr:
		kind = one.X
	case *ast.IndexListExpr:
		kind = one.X
	}
	name, is := kind.(*ast.Ident)
	return is && read.types[name.Name] != nil
}

// The arguments of the calls of it that there are, written once.
func (read *pack) findSeen(one callee) [][]string {
	found, known := [][]string{}, map[string]bool{}
	add := func(args []ast.Expr, text func(ast.Node) string) {
		if !read.literals || len(args) != one.declared.Type.Params.NumFields() {
			return
		}
		written := make([]string, len(args))
		for at, arg := range args {
			if !read.isLiteral(arg) {
				return
			}
			written[at] = text(arg)
		}
		if key := strings.Join(written, ", "); !known[key] && len(found) < 50 {
			known[key] = true
			found = append(found, written)
		}
	}
	for _, part := range append(append([]*source{}, read.tests...), read.files...) {
		part := part
		ast.Inspect(part.tree, func(node ast.Node) bool {
			if call, is := node.(*ast.CallExpr); is && nameOf(call.Fun) == one.name {
				add(call.Args, func(node ast.Node) string { return read.textOf(part, node) })
			}
			return true
		})
	}
	documented := one.declared.Doc.Text()
	for _, place := range regexp.MustCompile(`\b`+one.name+`\(`).FindAllStringIndex(documented, -1) {
		for end := place[1]; end <= len(documented) && end < place[0]+1000; end++ {
			text := documented[place[0]:end]
			if text[len(text)-1] != ')' {
				continue
			}
			if call, is := parse(text).(*ast.CallExpr); is {
				add(call.Args, func(node ast.Node) string { return text[node.Pos()-1 : node.End()-1] })
				break
			}
		}
	}
	return found
}

func parse(text string) ast.Expr {
	found, err := parser.ParseExpr(text)
	if err != nil {
		return nil
	}
	return found
}

func nameOf(function ast.Expr) string {
	switch one := function.(type) {
	case *ast.Ident:
		return one.Name
	case *ast.SelectorExpr:
		return one.Sel.Name
	}
	return ""
}
