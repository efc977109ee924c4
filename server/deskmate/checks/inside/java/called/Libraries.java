package deskmatecalled;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a project is compiled with: what lies compiled in it, and what its build files name, where Maven or
 * Gradle has fetched it. Neither is run: of a version that is not written there, the newest is taken.
 */
final class Libraries {
    private static final int MOST = 300;
    private static final Pattern IN_POM = Pattern.compile("(?s)<dependency>.*?<groupId>([^<$]+)</groupId>"
            + ".*?<artifactId>([^<$]+)</artifactId>(.*?)</dependency>");
    private static final Pattern IN_GRADLE = Pattern.compile("[\"']([\\w.-]+):([\\w.-]+)(?::([\\w.-]+))?[\"']");

    private final Map<String, Path> found = new LinkedHashMap<>();
    private final Deque<Path> poms = new ArrayDeque<>();

    /** They, as a class path. */
    static String find(Path file) {
        Set<String> all = new LinkedHashSet<>();
        for (Path at = file.getParent() == null ? Paths.get("") : file.getParent(); at != null; at = at.getParent()) {
            addOwn(at, all);
        }
        addOwn(Paths.get(""), all);
        Libraries named = new Libraries();
        for (Path at = file.getParent(); at != null; at = at.getParent()) {
            named.read(at);
        }
        named.read(Paths.get(""));
        while (!named.poms.isEmpty() && named.found.size() < MOST) {
            named.readPom(named.poms.pop(), true);
        }
        named.found.values().forEach(one -> all.add(one.toString()));
        return String.join(File.pathSeparator, all);
    }

    private static void addOwn(Path folder, Set<String> all) {
        for (String one : List.of("target/classes", "build/classes/java/main", "bin")) {
            if (Files.isDirectory(folder.resolve(one))) {
                all.add(folder.resolve(one).toAbsolutePath().toString());
            }
        }
        for (String one : List.of("lib", "libs", "target/dependency")) {
            File[] jars = folder.resolve(one).toFile().listFiles((inside, name) -> name.endsWith(".jar"));
            for (File jar : jars == null ? new File[0] : jars) {
                all.add(jar.getAbsolutePath());
            }
        }
    }

    private void read(Path folder) {
        readPom(folder.resolve("pom.xml"), false);
        for (String one : List.of("build.gradle", "build.gradle.kts")) {
            Matcher named = IN_GRADLE.matcher(text(folder.resolve(one)));
            while (named.find()) {
                add(named.group(1), named.group(2), named.group(3));
            }
        }
    }

    private void readPom(Path pom, boolean isFetched) {
        Matcher named = IN_POM.matcher(text(pom).replaceAll("(?s)<!--.*?-->|<dependencyManagement>.*?</dependencyManagement>", ""));
        while (named.find() && found.size() < MOST) {
            String rest = named.group(3);
            if (!isFetched || !rest.matches("(?s).*(<scope>(test|provided|system)|<optional>true).*")) {
                Matcher version = Pattern.compile("<version>([^<$]+)</version>").matcher(rest);
                add(named.group(1).trim(), named.group(2).trim(), version.find() ? version.group(1).trim() : null);
            }
        }
    }

    private void add(String group, String artifact, String version) {
        String key = group + ":" + artifact;
        if (found.containsKey(key)) {
            return;
        }
        Matcher maven = Pattern.compile("-Dmaven\\.repo\\.local=(\\S+)").matcher(String.valueOf(System.getenv("MAVEN_OPTS")));
        if (maven.find()) {
            addFrom(key, choose(Paths.get(maven.group(1), group.replace('.', '/'), artifact), version), 1);
        }
        String gradle = System.getenv("GRADLE_RO_DEP_CACHE");
        if (gradle != null && !found.containsKey(key)) {
            addFrom(key, choose(Paths.get(gradle, "modules-2", "files-2.1", group, artifact), version), 2);
        }
    }

    private static Path choose(Path folder, String version) {
        if (version != null && Files.isDirectory(folder.resolve(version))) {
            return folder.resolve(version);
        }
        String[] names = folder.toFile().list((inside, name) -> Character.isDigit(name.charAt(0)));
        if (names == null || names.length == 0) {
            return null;
        }
        return folder.resolve(Collections.max(Arrays.asList(names), (one, other) -> compareVersions(one, other)));
    }

    private static int compareVersions(String one, String other) {
        String[] mine = one.split("\\D+");
        String[] its = other.split("\\D+");
        for (int at = 0; at < Math.min(mine.length, its.length); at++) {
            if (!mine[at].equals(its[at])) {
                return mine[at].length() != its[at].length() ? mine[at].length() - its[at].length() : mine[at].compareTo(its[at]);
            }
        }
        return mine.length - its.length;
    }

    private void addFrom(String key, Path folder, int depth) {
        if (folder == null) {
            return;
        }
        try (java.util.stream.Stream<Path> files = Files.walk(folder, depth)) {
            files.forEach(one -> {
                String name = one.getFileName().toString();
                if (name.endsWith(".pom")) {
                    poms.add(one);
                } else if (name.endsWith(".jar") && !name.matches(".*-(sources|javadoc|tests)\\.jar")) {
                    found.put(key, one);
                }
            });
        } catch (IOException closed) {
            return;
        }
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException none) {
            return "";
        }
    }
}
