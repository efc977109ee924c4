package deskmatecalled;

import java.lang.reflect.Executable;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What values are made of: the classes of the project, calls and values that stand in it. */
final class Pool {
    final Object[][] calls;
    final List<Long> numbers = new ArrayList<>();
    final List<Double> floats = new ArrayList<>();
    final List<String> texts = new ArrayList<>();
    final List<Character> letters = new ArrayList<>();
    private final List<Class<?>> classes;
    private final List<Method> steps;
    private final Map<Class<?>, List<Executable>> makers = new HashMap<>();
    private final Map<Class<?>, Boolean> able = new HashMap<>();

    Pool(List<Class<?>> classes, List<Method> steps, Object[][] calls, Object[] values) {
        this.classes = classes;
        this.steps = steps;
        this.calls = calls;
        for (Object one : values) {
            if (one instanceof Integer || one instanceof Long) {
                numbers.add(((Number) one).longValue());
            } else if (one instanceof Double || one instanceof Float) {
                floats.add(((Number) one).doubleValue());
            } else if (one instanceof String) {
                texts.add((String) one);
            } else if (one instanceof Character) {
                letters.add((Character) one);
                texts.add(one.toString());
            }
        }
    }

    /** What is erased of a type: a type parameter is what it is bound to, and an Integer fits most. */
    static Class<?> erase(Type kind) {
        if (kind instanceof Class) {
            return (Class<?>) kind;
        }
        if (kind instanceof ParameterizedType) {
            return (Class<?>) ((ParameterizedType) kind).getRawType();
        }
        if (kind instanceof WildcardType) {
            WildcardType wild = (WildcardType) kind;
            return erase(wild.getLowerBounds().length > 0 ? wild.getLowerBounds()[0] : wild.getUpperBounds()[0]);
        }
        if (kind instanceof TypeVariable) {
            Class<?> bound = erase(((TypeVariable<?>) kind).getBounds()[0]);
            return bound.isAssignableFrom(Integer.class) ? Integer.class : bound;
        }
        Type inner = ((GenericArrayType) kind).getGenericComponentType();
        return java.lang.reflect.Array.newInstance(erase(inner), 0).getClass();
    }

    boolean canMake(Type type, int depth) {
        Class<?> kind = erase(type);
        if (kind.isArray()) {
            return canMake(kind.getComponentType(), depth + 1);
        }
        if (type instanceof ParameterizedType) {
            for (Type one : ((ParameterizedType) type).getActualTypeArguments()) {
                if (!canMake(one, depth + 1)) {
                    return false;
                }
            }
        }
        if (kind.isPrimitive() || kind.isEnum() || Library.has(kind) || isFunctional(kind)) {
            return true;
        }
        if (!able.containsKey(kind)) {
            able.put(kind, true); // while it is looked at: it may hold itself
            able.put(kind, !makersOf(kind).isEmpty());
        }
        return able.get(kind);
    }

    static boolean isFunctional(Class<?> kind) {
        return findFunction(kind) != null;
    }

    static Method findFunction(Class<?> kind) {
        Method found = null;
        for (Method one : kind.isInterface() ? kind.getMethods() : new Method[0]) {
            boolean isObjects = Arrays.stream(Object.class.getMethods()).anyMatch(own -> own.getName().equals(one.getName()));
            if (Modifier.isAbstract(one.getModifiers()) && !isObjects) {
                if (found != null) {
                    return null;
                }
                found = one;
            }
        }
        return found;
    }

    /** What makes instances of a class, or of those below it: constructors, else static methods. */
    List<Executable> makersOf(Class<?> kind) {
        if (!makers.containsKey(kind)) {
            List<Executable> found = new ArrayList<>();
            makers.put(kind, found);
            for (Class<?> one : classes) {
                if (!kind.isAssignableFrom(one) || Modifier.isAbstract(one.getModifiers()) || one.isEnum()) {
                    continue;
                }
                found.addAll(Callees.sort(one.getDeclaredConstructors()));
            }
            if (found.stream().anyMatch(one -> !Modifier.isPrivate(one.getModifiers()))) {
                found.removeIf(one -> Modifier.isPrivate(one.getModifiers()));
            } else {
                found.clear();
                for (Class<?> one : classes) {
                    for (Method each : Callees.sort(one.getDeclaredMethods())) {
                        if (Modifier.isStatic(each.getModifiers()) && Modifier.isPublic(each.getModifiers())
                                && kind.isAssignableFrom(each.getReturnType())) {
                            found.add(each);
                        }
                    }
                }
            }
            found.removeIf(one -> !Arrays.stream(one.getGenericParameterTypes()).allMatch(each -> canMake(each, 1)));
        }
        return makers.get(kind);
    }

    List<Method> stepsOf(Class<?> kind) {
        List<Method> found = new ArrayList<>();
        for (Method one : steps) {
            if (one.getDeclaringClass().isAssignableFrom(kind)
                    && Arrays.stream(one.getGenericParameterTypes()).allMatch(each -> canMake(each, 1))) {
                found.add(one);
            }
        }
        return found;
    }

    /** Whether a value that was written fits a parameter. */
    boolean fits(Object value, Class<?> kind) {
        if (value == null) {
            return !kind.isPrimitive();
        }
        Class<?> whole = java.lang.invoke.MethodType.methodType(kind).wrap().returnType();
        return whole.isInstance(value)
                || value instanceof Number && (Number.class.isAssignableFrom(whole) && Library.has(kind) && !kind.getName().startsWith("java.math"))
                || value instanceof List && kind.isAssignableFrom(ArrayList.class);
    }
}
