import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes what Java's own library has, for `library.txt` in the language's folder: of every class its
 * bases, and the members that others may ask it for. Run it with the newest Java there is:
 * `java requirements/JavaLibrary.java > server/deskmate/core/languages/java/library.txt`
 */
class JavaLibrary {
    static final List<String> MODULES = List.of("java.base", "java.logging", "java.net.http", "java.sql");

    public static void main(String[] arguments) throws Exception {
        var classes = new TreeMap<String, String>();
        for (var module : MODULES) {
            var found = ModuleFinder.ofSystem().find(module);
            if (found.isPresent()) {
                for (var name : names(found.get())) {
                    var one = Class.forName(name, false, ClassLoader.getSystemClassLoader());
                    if (isSeen(one)) {
                        classes.put(called(one), told(one));
                    }
                }
            }
        }
        classes.values().forEach(System.out::println);
    }

    static List<String> names(ModuleReference module) throws Exception {
        try (var reader = module.open()) {
            return reader.list()
                .filter(name -> name.startsWith("java/") && name.endsWith(".class"))
                .map(name -> name.substring(0, name.length() - 6).replace('/', '.'))
                .filter(name -> !name.contains("package-info"))
                .collect(Collectors.toList());
        }
    }

    static boolean isSeen(Class<?> one) {
        for (var around = one; around != null; around = around.getDeclaringClass()) {
            if (!isSeen(around.getModifiers())) {
                return false;
            }
        }
        return one.getCanonicalName() != null;
    }

    static boolean isSeen(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    static String told(Class<?> one) {
        var bases = new ArrayList<Class<?>>(List.of(one.getInterfaces()));
        for (var base = one.getSuperclass(); base != null; base = base.getSuperclass()) {
            if (isSeen(base)) { // what is not seen outside only passes on what it has
                bases.add(0, base);
                break;
            }
            bases.addAll(List.of(base.getInterfaces()));
        }
        var inherited = bases.stream().filter(JavaLibrary::isSeen).map(JavaLibrary::called).distinct();
        var members = Stream.of(one.getFields(), one.getDeclaredFields(), one.getMethods(), one.getDeclaredMethods(),
                one.getDeclaredClasses())
            .flatMap(Stream::of)
            .filter(found -> isOwn(one, found))
            .map(found -> found instanceof Class<?> inner ? inner.getSimpleName() : ((Member) found).getName())
            .collect(Collectors.toCollection(TreeSet::new));
        return called(one) + "(" + inherited.collect(Collectors.joining(" ")) + "): " + String.join(" ", members);
    }

    static boolean isOwn(Class<?> one, Object found) {
        if (found instanceof Class<?> inner) {
            return isSeen(inner.getModifiers());
        }
        var member = (Member) found;
        var from = member.getDeclaringClass();
        return isSeen(member.getModifiers()) && !member.getName().contains("$") && (from == one || !isSeen(from));
    }

    static String called(Class<?> one) {
        return one.getCanonicalName().replaceFirst("^java[.]lang[.](?=[A-Z])", "builtins.");
    }
}
