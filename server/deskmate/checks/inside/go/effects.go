// What code does besides giving a result, as far as it can be read: in a function, and in those of its
// package that it may call.

package main

import (
	"go/ast"
	"regexp"
	"sort"
)

var effects = map[string][][2]string{
	"crypto/rand":   {{".", "is random"}},
	"database/sql":  {{"^Open", "uses a database"}},
	"fmt":           {{"^Scan", "asks for input"}},
	"io/ioutil":     {{"File|Dir", "uses files"}},
	"log":           {{"^Fatal", "ends the program"}},
	"math/rand":     {{".", "is random"}},
	"math/rand/v2":  {{".", "is random"}},
	"net":           {{"^(Dial|Listen|Lookup|Resolve|Interface)", "uses the network"}},
	"net/http":      {{"^(Get|Head|Post|PostForm|Client|DefaultClient|DefaultTransport|Serve|ServeTLS|ListenAndServe|ListenAndServeTLS)$", "uses the network"}},
	"net/smtp":      {{".", "uses the network"}},
	"os/exec":       {{".", "starts programs"}},
	"os/signal":     {{".", "uses signals"}},
	"path/filepath": {{"^(Abs|EvalSymlinks|Glob|Walk|WalkDir)$", "uses files"}},
	"runtime":       {{"^(Caller|Callers|GC|NumGoroutine|NumCPU|ReadMemStats|Stack|GOMAXPROCS)$", "depends on the system"}},
	"syscall":       {{".", "uses the system"}},
	"time":          {{"^(After|AfterFunc|NewTicker|NewTimer|Now|Since|Sleep|Tick|Until)$", "depends on the time"}},
	"os": {
		{"^Exit$", "ends the program"},
		{"^Stdin$", "asks for input"},
		{"^(Args|Clearenv|Environ|ExpandEnv|Getenv|LookupEnv|Setenv|Unsetenv|Getpid|Hostname)$", "depends on its environment"},
		{"^(Err.*|Is.*|Mode.*|O_.*|Path.*|Std(out|err)|DevNull|Expand|File|FileInfo|FileMode)$", ""},
		{".", "uses files"},
	},
}

// All functions of the package that one may call, itself first.
func (read *pack) findReached(declared *ast.FuncDecl) []*ast.FuncDecl {
	found := []*ast.FuncDecl{declared}
	known := map[*ast.FuncDecl]bool{declared: true}
	for at := 0; at < len(found); at++ {
		ast.Inspect(found[at], func(node ast.Node) bool {
			name, is := node.(*ast.Ident)
			if !is {
				return true
			}
			for _, one := range read.functions[name.Name] {
				if !known[one] {
					known[one] = true
					found = append(found, one)
				}
			}
			return true
		})
	}
	return found
}

func (read *pack) findEffect(declared *ast.FuncDecl) string {
	for _, reached := range read.findReached(declared) {
		if says := read.findOwnEffect(reached); says != "" {
			return says
		}
	}
	return ""
}

func (read *pack) findOwnEffect(declared *ast.FuncDecl) string {
	says := ""
	imports := read.fileOf(declared).imports
	ast.Inspect(declared, func(node ast.Node) bool {
		switch one := node.(type) {
		case *ast.GoStmt:
			says = "runs goroutines"
		case *ast.SelectorExpr:
			if owner, is := one.X.(*ast.Ident); is && owner.Obj == nil {
				for _, rule := range effects[imports[owner.Name]] {
					if regexp.MustCompile(rule[0]).MatchString(one.Sel.Name) {
						says = rule[1]
						break
					}
				}
			}
		}
		return says == ""
	})
	return says
}

func (read *pack) fileOf(node ast.Node) *source {
	for _, one := range read.files {
		if one.tree.Pos() <= node.Pos() && node.Pos() <= one.tree.End() {
			return one
		}
	}
	return read.own
}

// The variables of the package that a function and what it calls name.
func (read *pack) findVariables(callees []callee) []string {
	named := map[string]bool{}
	for _, one := range callees {
		for _, reached := range read.findReached(one.declared) {
			ast.Inspect(reached, func(node ast.Node) bool {
				if name, is := node.(*ast.Ident); is && read.variables[name.Name] {
					named[name.Name] = true
				}
				return true
			})
		}
	}
	return sortNames(named)
}

func sortNames(named map[string]bool) []string {
	found := []string{}
	for name := range named {
		found = append(found, name)
	}
	sort.Strings(found)
	return found
}
