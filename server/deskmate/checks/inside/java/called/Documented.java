package deskmatecalled;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A method of a file, with what is said above it. */
final class Documented {
    final List<String> owners;
    final String className;
    final String says;
    final String name;
    private final List<String> kinds;

    private Documented(String packageName, List<String> owners, MethodTree method, String says) {
        this.owners = owners;
        this.says = says;
        className = (packageName.isEmpty() ? "" : packageName + ".") + String.join("$", owners);
        name = method.getName().toString();
        kinds = method.getParameters().stream().map(VariableTree::getType)
                .map(one -> one.toString().replaceAll("<.*>|@\\w+ ", "").replace("...", "[]").replaceAll("\\w+\\.", ""))
                .collect(Collectors.toList());
    }

    /** Those that have a call of themselves there: of a name, or of the class of that name, or all. */
    static List<Documented> find(String text, List<String> path) throws Exception {
        JavacTask task = Reading.open(text);
        CompilationUnitTree unit = task.parse().iterator().next();
        SourcePositions places = Trees.instance(task).getSourcePositions();
        String packageName = unit.getPackageName() == null ? "" : unit.getPackageName().toString();
        List<Documented> found = new ArrayList<>();
        List<String> owners = new ArrayList<>();
        new TreeScanner<Void, Void>() {
            @Override
            public Void visitClass(ClassTree one, Void none) {
                owners.add(one.getSimpleName().toString());
                super.visitClass(one, none);
                owners.remove(owners.size() - 1);
                return null;
            }

            @Override
            public Void visitMethod(MethodTree method, Void none) {
                String name = method.getName().toString();
                boolean isAsked = path.isEmpty() || path.contains(name) || owners.contains(path.get(0));
                String says = findAbove(text.substring(0, (int) places.getStartPosition(unit, method)));
                if (isAsked && method.getBody() != null && says.contains(name + "(")) {
                    found.add(new Documented(packageName, List.copyOf(owners), method, says));
                }
                return null;
            }
        }.scan(unit, null);
        return found;
    }

    /** The comment that a text ends with. */
    private static String findAbove(String text) {
        String above = text.stripTrailing();
        if (above.endsWith("*/")) {
            return above.substring(Math.max(0, above.lastIndexOf("/*")));
        }
        String[] lines = above.split("\\R");
        int at = lines.length;
        while (at > 0 && lines[at - 1].strip().startsWith("//")) {
            at--;
        }
        return String.join("\n", Arrays.asList(lines).subList(at, lines.length));
    }

    /** The method, in its class; null where nobody can tell which that is. */
    Method choose(Class<?> owner) {
        List<Method> named = Arrays.stream(owner.getDeclaredMethods())
                .filter(one -> !one.isSynthetic() && one.getName().equals(name) && one.getParameterCount() == kinds.size())
                .collect(Collectors.toList());
        List<Method> exact = named.stream()
                .filter(one -> Arrays.stream(one.getParameterTypes()).map(Class::getSimpleName).collect(Collectors.toList()).equals(kinds))
                .collect(Collectors.toList());
        List<Method> fitting = exact.isEmpty() ? named : exact;
        return fitting.size() == 1 ? fitting.get(0) : null;
    }
}
