package deskmatecalled;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** What is compared of a class: the members of a name, or all that are not private. */
final class Callees {
    static List<Executable> find(Class<?> owner, String member) {
        List<Executable> found = new ArrayList<>();
        boolean whole = member.isEmpty();
        if (member.equals(owner.getSimpleName()) || whole && !owner.isInterface() && !owner.isEnum()) {
            found.addAll(Arrays.asList(owner.getDeclaredConstructors()));
        }
        found.addAll(Arrays.asList(owner.getDeclaredMethods()));
        found.removeIf(one -> one.isSynthetic()
                || Modifier.isAbstract(one.getModifiers())
                || Modifier.isNative(one.getModifiers())
                || whole && Modifier.isPrivate(one.getModifiers())
                || !whole && one instanceof Method && !one.getName().equals(member)
                || one instanceof Constructor && Modifier.isAbstract(owner.getModifiers())
                || one.getName().equals("main") && Modifier.isStatic(one.getModifiers()));
        return sort(found.toArray(new Executable[0]));
    }

    /** In an order that does not change. */
    static <T extends Executable> List<T> sort(T[] members) {
        List<T> found = new ArrayList<>(Arrays.asList(members));
        found.removeIf(Executable::isSynthetic);
        found.sort(Comparator.comparing(Object::toString));
        return found;
    }

    static String nameOf(Executable one) {
        return one instanceof Constructor ? one.getDeclaringClass().getSimpleName() : one.getName();
    }
}
