// Makes two programs of a package, one with a file as it is and one with it as it would be, that call
// what is compared with inputs of their own: run with the folder of what they call it by and a task as
// JSON (see task.py), it says in JSON how they are started, or why there are none. Where there is nothing
// new it makes one, that calls what is documented by examples. The tests of the package are left out.
package main

import (
	"encoding/json"
	"fmt"
	"go/build"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

type told map[string]interface{}

type task struct {
	Path  []string
	New   string
	Texts []string
}

type problem string

func main() {
	var asked task
	if err := json.Unmarshal([]byte(os.Args[2]), &asked); err != nil {
		panic(err)
	}
	json.NewEncoder(os.Stdout).Encode(prepare(asked, os.Args[1]))
}

func prepare(asked task, parts string) (found told) {
	defer func() {
		if why, is := recover().(problem); is {
			found = told{"problem": "it " + string(why)}
		}
	}()
	file := filepath.FromSlash(asked.Texts[0])
	if strings.HasSuffix(file, "_test.go") {
		panic(problem("is part of tests"))
	}
	folder := filepath.Dir(file)
	if matches, err := build.Default.MatchFile(folder, filepath.Base(file)); err != nil || !matches {
		panic(problem("is not built on this system"))
	}
	read := readPackage(folder, file, asked.Texts[1:])
	if asked.New == "" {
		return prepareDocumented(read, asked, folder, parts)
	}
	callees := read.findCallees(asked.Path)
	module := findModule(folder)
	shown := make([]told, len(callees))
	for at, one := range callees {
		shown[at] = told{"name": one.name, "left": read.findEffect(one.declared), "lines": read.findLines(one.declared)}
	}
	after, err := os.ReadFile(asked.New)
	check(err)
	var made string
	build := func(calling []byte) map[string]string {
		made, err = os.MkdirTemp("", "compared") // another each time: nothing is taken for what it was before
		check(err)
		said, failed := make(chan string), map[string]string{}
		for name, text := range map[string][]byte{"old": read.mark(callees), "new": after} {
			go func(name string, text []byte) {
				said <- buildTest(made, name, folder, parts, map[string][]byte{file: text, filepath.Join(folder, "deskmate_called_test.go"): calling})
			}(name, text)
		}
		for range "ab" {
			name, words, _ := strings.Cut(<-said, ":")
			failed[name] = words
		}
		return failed
	}
	failed := build(read.writeCalls(callees, module+"/"+harness))
	if failed["old"] != "" { // a number that is written may be too large where it stands now
		read.literals = false
		failed = build(read.writeCalls(callees, module+"/"+harness))
	}
	if failed["old"] != "" {
		panic(problem("cannot be compiled by itself (" + failed["old"] + ")"))
	}
	if failed["new"] != "" {
		return told{"call": "", "before": "it could be compiled", "now": "that fails: " + failed["new"]}
	}
	return told{"callees": shown, "old": start(made, "old"), "new": start(made, "new"), "folder": folder}
}

func start(made, name string) []string {
	return []string{program(made, name), "-test.run=^TestDeskmateCompared$"}
}

const harness = "deskmatecalled"

func program(made, name string) string {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(made, name)
}

// Says what went wrong after the name and a colon.
func buildTest(made, name, folder, parts string, files map[string][]byte) string {
	replaced := map[string]string{}
	here, err := os.Getwd()
	check(err)
	tests, _ := filepath.Glob(filepath.Join(folder, "*_test.go"))
	for _, one := range tests {
		replaced[filepath.Join(here, one)] = ""
	}
	for file, text := range files {
		own := filepath.Join(made, name+"_"+filepath.Base(file))
		check(os.WriteFile(own, text, 0o600))
		replaced[filepath.Join(here, file)] = own
	}
	programs, _ := filepath.Glob(filepath.Join(parts, "*.go"))
	for _, one := range programs {
		replaced[filepath.Join(here, folder, harness, filepath.Base(one))] = filepath.Join(here, one)
	}
	overlay := filepath.Join(made, name+".json")
	text, _ := json.Marshal(told{"Replace": replaced})
	check(os.WriteFile(overlay, text, 0o600))
	command := exec.Command("go", "test", "-c", "-vet=off", "-trimpath", "-overlay", overlay, "-ldflags=-s -w", "-o", program(made, name), "./"+filepath.ToSlash(folder))
	said, err := command.CombinedOutput()
	if err == nil {
		return name + ":"
	}
	words := regexp.MustCompile(`(?m)^\S+?\.go:\d+:\d+: (.*)$`).FindSubmatch(said)
	if words == nil {
		words = regexp.MustCompile(`(?m)^([^#\s].*)`).FindSubmatch(said)
	}
	if words == nil {
		return name + ":" + err.Error()
	}
	return name + ":" + string(words[1])
}

// The import path of a folder; one that is in no module gets one.
func findModule(folder string) string {
	for at := folder; ; at = filepath.Dir(at) {
		text, err := os.ReadFile(filepath.Join(at, "go.mod"))
		named := regexp.MustCompile(`(?m)^module\s+"?([^\s"]+)`).FindSubmatch(text)
		if err == nil && named != nil {
			within, _ := filepath.Rel(at, folder)
			return strings.TrimSuffix(string(named[1])+"/"+filepath.ToSlash(within), "/.")
		}
		if at == "." {
			break
		}
	}
	release := regexp.MustCompile(`\d+\.\d+`).FindString(runtime.Version())
	check(os.WriteFile("go.mod", []byte(fmt.Sprintf("module compared\n\ngo %s\n", release)), 0o600))
	return strings.TrimSuffix("compared/"+filepath.ToSlash(folder), "/.")
}

func check(err error) {
	if err != nil {
		panic(problem("cannot be compared (" + err.Error() + ")"))
	}
}
