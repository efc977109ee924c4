package deskmatecalled;

import java.io.File;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * Compiles a file as it is and as it would be, each with what it needs of the project, and says in JSON
 * how the programs are started that call what is compared, or why there are none. Where there is nothing
 * new it makes one, that calls what is documented by examples.
 */
public final class Plan {
    /** The folder of these classes, and a task as JSON (see task.py). */
    public static void main(String[] args) throws Exception {
        try {
            System.out.println(Json.write(make(args[0], args[1])));
        } catch (Problem problem) {
            System.out.println(Json.write(Map.of("problem", "it " + problem.getMessage())));
        }
    }

    static final class Problem extends RuntimeException {
        Problem(String says) {
            super(says);
        }
    }

    private static Map<String, Object> make(String own, String task) throws Exception {
        List<String> path = Json.readTexts(task, "path");
        List<String> texts = Json.readTexts(task, "texts");
        Path file = Paths.get(texts.get(0));
        String text = read(file);
        if (Json.readTexts(task, "new").get(0).isEmpty()) {
            return makeDocumented(own, file, Documented.find(text, path));
        }
        Reading reading = new Reading(file, text, path);
        Path root = findRoot(file, reading.packageName);
        Path made = Files.createTempDirectory("compared");
        String libraries = Libraries.find(file);
        Path beside = made.resolve("sources").resolve(file.getFileName().toString());
        Files.createDirectories(beside.getParent());

        Path old = made.resolve("old");
        Files.write(beside, reading.mark().getBytes(StandardCharsets.UTF_8));
        String wrong = compile(beside, old, root, own, libraries);
        if (!wrong.isEmpty()) {
            throw new Problem("cannot be compiled by itself (" + wrong + ")");
        }
        Files.write(beside, Files.readAllBytes(Paths.get(Json.readTexts(task, "new").get(0))));
        wrong = compile(beside, made.resolve("new"), root, own, libraries);
        if (!wrong.isEmpty()) {
            return Map.of("call", "", "before", "it could be compiled", "now", "that fails: " + wrong);
        }
        List<String> tests = new ArrayList<>();
        for (String one : texts.subList(1, texts.size())) {
            tests.add(read(Paths.get(one)));
        }
        Path values = made.resolve("values");
        Path source = made.resolve("sources").resolve("DeskmateValues.java");
        Files.write(source, reading.writeValues(tests).getBytes(StandardCharsets.UTF_8));
        if (!compile(source, values, made.resolve("none"), own, libraries).isEmpty()) {
            Files.write(source, Reading.writeValues(List.of(), List.of()).getBytes(StandardCharsets.UTF_8));
            compile(source, values, made.resolve("none"), own, libraries);
        }
        return describe(own, reading, made, libraries);
    }

    private static Map<String, Object> makeDocumented(String own, Path file, List<Documented> found) throws Exception {
        if (found.isEmpty()) {
            throw new Problem("has no example that can be called from outside");
        }
        Path made = Files.createTempDirectory("documented");
        String libraries = Libraries.find(file);
        String packageName = found.get(0).className.replaceAll("\\.?[^.]*$", "");
        String wrong = compile(file, made, findRoot(file, packageName), own, libraries);
        if (!wrong.isEmpty()) {
            throw new Problem("cannot be compiled by itself (" + wrong + ")");
        }
        List<String> lines = new ArrayList<>();
        List<Object> documented = new ArrayList<>();
        try (URLClassLoader loader = open(made, libraries)) {
            for (Documented one : found) {
                Method method = one.choose(Class.forName(one.className, false, loader));
                if (method != null) {
                    documented.add(Map.of("name", one.name, "owners", one.owners, "says", one.says, "callees", List.of(lines.size())));
                    lines.add(one.className + " " + method);
                }
            }
        } catch (LinkageError error) {
            throw new Problem("cannot be loaded by itself (" + error + ")");
        }
        Path plan = made.resolve("plan.txt");
        Files.write(plan, lines, StandardCharsets.UTF_8);
        return Map.of("documented", documented, "javadoc", true, "folder", ".",
                "program", start(List.of(made.toString(), own, libraries), "Examples", plan));
    }

    private static URLClassLoader open(Path classes, String libraries) throws Exception {
        List<URL> urls = new ArrayList<>(List.of(classes.toUri().toURL()));
        for (String one : libraries.split(File.pathSeparator)) {
            if (!one.isEmpty()) {
                urls.add(Paths.get(one).toUri().toURL());
            }
        }
        return new URLClassLoader(urls.toArray(new URL[0]));
    }

    private static List<String> start(List<String> classes, String main, Path plan) {
        return List.of("java", "-Xmx512m", "-Xss4m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-cp", String.join(File.pathSeparator, classes), "deskmatecalled." + main, plan.toString());
    }

    private static Map<String, Object> describe(String own, Reading reading, Path made, String libraries)
            throws Exception {
        Path old = made.resolve("old");
        List<String> lines = new ArrayList<>();
        lines.add(reading.className);
        List<Object> callees = new ArrayList<>();
        List<String> steps = new ArrayList<>();
        List<String> known = listClasses(old);
        try (URLClassLoader loader = open(old, libraries)) {
            Class<?> owner = Class.forName(reading.className, false, loader);
            List<Executable> found = Callees.find(owner, reading.member);
            if (found.isEmpty()) {
                throw new Problem("cannot be called from outside");
            }
            for (Executable one : found) {
                Map<String, Object> callee = new LinkedHashMap<>();
                callee.put("name", Callees.nameOf(one));
                callee.put("left", reading.findEffect(Callees.nameOf(one)));
                callee.put("lines", reading.findLines(Callees.nameOf(one)));
                callees.add(callee);
                lines.add("callee " + one);
            }
            for (String name : known) {
                for (Method one : Callees.sort(Class.forName(name, false, loader).getDeclaredMethods())) {
                    boolean isCallee = found.size() == 1 && found.contains(one);
                    if (Modifier.isPublic(one.getModifiers()) && !Modifier.isStatic(one.getModifiers())
                            && !isCallee && reading.findEffect(one.getName()).isEmpty()) {
                        lines.add("step " + one);
                    }
                }
            }
        } catch (LinkageError error) {
            throw new Problem("cannot be loaded by itself (" + error + ")");
        }
        known.forEach(one -> lines.add("class " + one));
        Path plan = made.resolve("plan.txt");
        Files.write(plan, lines, StandardCharsets.UTF_8);
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("callees", callees);
        for (String version : List.of("old", "new")) {
            List<String> classes = List.of(made.resolve(version).toString(), made.resolve("values").toString(), own, libraries);
            told.put(version, start(classes, "Serve", plan));
        }
        told.put("folder", ".");
        return told;
    }

    private static List<String> listClasses(Path folder) throws Exception {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(one -> folder.relativize(one).toString()).filter(one -> one.endsWith(".class"))
                    .map(one -> one.substring(0, one.length() - 6).replace(File.separatorChar, '.')).sorted()
                    .limit(500).collect(Collectors.toList());
        }
    }

    private static String read(Path file) throws Exception {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    /** The folder in which packages begin. */
    private static Path findRoot(Path file, String packageName) {
        Path found = Paths.get("").toAbsolutePath().resolve(file).getParent();
        for (String part : packageName.isEmpty() ? new String[0] : packageName.split("\\.")) {
            found = found.getParent() == null ? found : found.getParent();
        }
        return found;
    }

    /** What is wrong with it; "" where it could be compiled. */
    private static String compile(Path file, Path to, Path root, String own, String libraries) throws Exception {
        Files.createDirectories(to);
        java.io.ByteArrayOutputStream said = new java.io.ByteArrayOutputStream();
        int status = ToolProvider.getSystemJavaCompiler().run(null, said, said, "-proc:none", "-nowarn", "-g",
                "-parameters", "-encoding", "UTF-8", "-implicit:class", "-d", to.toString(),
                "-sourcepath", root.toString(), "-cp", own + File.pathSeparator + libraries, file.toString());
        Matcher told = Pattern.compile("(?m)^.*?: error: (.*)$|^error: (.*)$").matcher(said.toString("UTF-8"));
        if (status == 0) {
            return "";
        }
        return told.find() ? (told.group(1) != null ? told.group(1) : told.group(2)) : "its compiler fails";
    }
}
