package deskmatecalled;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** One input in the making, of numbers: the same of the same, and what is smaller of smaller ones. */
final class Drawing {
    private static final String CHARACTERS = "abcXYZ 0123.,:;-_=/\n'\"()[]é";
    private final Pool pool;
    private final int[] numbers;
    private int at;
    private final Map<Object, String> texts = new IdentityHashMap<>();

    Drawing(Pool pool, int[] numbers) {
        this.pool = pool;
        this.numbers = numbers;
    }

    int next(int below) {
        return at < numbers.length ? numbers[at++] % below : 0;
    }

    long makeNumber() {
        switch (next(8)) {
            case 1:
                return -next(20);
            case 2:
            case 3:
                return pool.numbers.isEmpty() ? next(20) : pool.numbers.get(next(pool.numbers.size()));
            case 4:
                return next(2000);
            case 5:
                return (long) next(100) * next(500);
            default:
                return next(20);
        }
    }

    double makeFloat() {
        switch (next(4)) {
            case 1:
                return pool.floats.isEmpty() ? next(20) : pool.floats.get(next(pool.floats.size()));
            case 2:
                return makeNumber() / 4.0;
            case 3:
                return (next(2000) - 1000) / 100.0;
            default:
                return makeNumber();
        }
    }

    char makeLetter() {
        return !pool.letters.isEmpty() && next(3) == 1
                ? pool.letters.get(next(pool.letters.size()))
                : CHARACTERS.charAt(next(CHARACTERS.length()));
    }

    /** Of all letters, of few, or of those that stand in the code. */
    String makeText() {
        StringBuilder text = new StringBuilder();
        String own = String.join("", pool.texts);
        String letters = new String[] {CHARACTERS, "0123456789", "ab", own.isEmpty() ? CHARACTERS : own}[next(4)];
        while (next(8) != 0 && text.length() < 200) {
            if (!pool.texts.isEmpty() && next(4) == 1) {
                text.append(pool.texts.get(next(pool.texts.size())));
            } else {
                for (int count = 1 + next(3); count > 0; count--) {
                    text.append(letters.charAt(next(letters.length())));
                }
            }
        }
        return text.toString();
    }

    Object[] makeAll(Executable one, int depth) throws Exception {
        Type[] kinds = one.getGenericParameterTypes();
        if (kinds.length != one.getParameterCount()) {
            kinds = one.getParameterTypes();
        }
        Object[] args = new Object[kinds.length];
        for (int each = 0; each < args.length; each++) {
            args[each] = make(kinds[each], depth);
        }
        return args;
    }

    Object[] copyAll(Object[] seen, Executable one) {
        Object[] args = new Object[seen.length];
        for (int each = 0; each < args.length; each++) {
            args[each] = Copies.convert(seen[each], one.getParameterTypes()[each]);
        }
        return args;
    }

    private List<Object> makeItems(Type kind, int depth) throws Exception {
        List<Object> items = new ArrayList<>();
        while (items.size() < 30 && next(8 - 2 * Math.min(depth, 2)) != 0) {
            items.add(!items.isEmpty() && next(4) == 1
                    ? Copies.copy(items.get(next(items.size())), Object.class)
                    : make(kind, depth + 1));
        }
        return items;
    }

    private static Type inner(Type kind, int which) {
        Type[] all = kind instanceof ParameterizedType ? ((ParameterizedType) kind).getActualTypeArguments() : new Type[0];
        return which < all.length ? all[which] : Integer.class;
    }

    Object make(Type type, int depth) throws Exception {
        Class<?> kind = Pool.erase(type);
        if (kind.isArray()) {
            Type part = type instanceof GenericArrayType ? ((GenericArrayType) type).getGenericComponentType() : kind.getComponentType();
            List<Object> items = makeItems(part, depth);
            Object made = Array.newInstance(kind.getComponentType(), items.size());
            for (int each = 0; each < items.size(); each++) {
                Array.set(made, each, items.get(each));
            }
            return made;
        }
        if (Library.VALUES.containsKey(kind)) {
            return Library.VALUES.get(kind).apply(this);
        }
        if (Library.COLLECTIONS.containsKey(kind)) {
            Collection<Object> made = Library.COLLECTIONS.get(kind).get();
            made.addAll(makeItems(inner(type, 0), depth));
            return made;
        }
        if (Library.MAPS.containsKey(kind)) {
            Map<Object, Object> made = Library.MAPS.get(kind).get();
            for (Object key : makeItems(inner(type, 0), depth)) {
                made.put(key, make(inner(type, 1), depth + 1));
            }
            return made;
        }
        if (kind == Optional.class) {
            return next(3) == 0 ? Optional.empty() : Optional.ofNullable(make(inner(type, 0), depth + 1));
        }
        if (kind == Stream.class) {
            return makeItems(inner(type, 0), depth).stream();
        }
        if (kind == Iterator.class) {
            return makeItems(inner(type, 0), depth).iterator();
        }
        if (kind.isEnum()) {
            return kind.getEnumConstants()[next(kind.getEnumConstants().length)];
        }
        if (pool.makersOf(kind).isEmpty() && Pool.isFunctional(kind)) {
            return makeFunction(type, kind);
        }
        return depth > 1 && next(3) == 0 || depth > 6 ? null : makeObject(kind, depth);
    }

    /** An instance as its class makes it, with a few methods called. */
    Object makeObject(Class<?> kind, int depth) throws Exception {
        if (kind.isEnum()) {
            return kind.getEnumConstants()[next(kind.getEnumConstants().length)];
        }
        List<Executable> makers = pool.makersOf(kind);
        Executable maker = makers.get(next(makers.size()));
        maker.setAccessible(true);
        Object[] args = makeAll(maker, depth + 1);
        String text = (maker instanceof Constructor ? "new " : "") + Callees.nameOf(maker) + showAll(args);
        Object made = maker instanceof Constructor ? ((Constructor<?>) maker).newInstance(args) : ((Method) maker).invoke(null, args);
        List<Method> steps = pool.stepsOf(made.getClass());
        for (int count = next(4); count > 0 && !steps.isEmpty(); count--) {
            Method step = steps.get(next(steps.size()));
            step.setAccessible(true);
            Object[] given = makeAll(step, depth + 1);
            text += ", then " + step.getName() + showAll(given);
            step.invoke(made, given);
        }
        texts.put(made, text);
        return made;
    }

    String show(Object value) {
        return Shown.show(value, texts);
    }

    private String showAll(Object[] args) {
        List<String> shown = new ArrayList<>();
        for (Object one : args) {
            shown.add(show(one));
        }
        return "(" + String.join(", ", shown) + ")";
    }

    /** A function that gives the same for the same. */
    private Object makeFunction(Type type, Class<?> kind) {
        if (kind == Comparator.class) {
            Comparator<Object> natural = (one, other) -> Shown.plain(one).compareTo(Shown.plain(other));
            return next(2) == 0 ? natural : natural.reversed();
        }
        Method function = Pool.findFunction(kind);
        Type result = resolve(function.getGenericReturnType(), type, kind);
        int salt = next(1000);
        return Proxy.newProxyInstance(Drawing.class.getClassLoader(), new Class<?>[] {kind}, (self, called, args) -> {
            if (called.getDeclaringClass() == Object.class) {
                return called.getName().equals("toString") ? "a function" : called.getName().equals("equals") ? (Object) (self == args[0]) : 0;
            }
            if (called.isDefault()) {
                Method own = java.lang.reflect.InvocationHandler.class.getMethod("invokeDefault", Object.class, Method.class, Object[].class);
                return own.invoke(null, self, called, args);
            }
            int sum = salt;
            for (Object one : args == null ? new Object[0] : args) {
                sum = (sum * 31 + Shown.plain(one).hashCode() % 65521 + 65521) % 65521;
            }
            Drawing again = new Drawing(pool, new int[] {sum, sum / 3, sum / 7, sum / 11, sum / 13});
            return called.getReturnType() == void.class ? null : again.make(result, 1);
        });
    }

    private static Type resolve(Type result, Type type, Class<?> kind) {
        TypeVariable<?>[] names = kind.getTypeParameters();
        for (int each = 0; each < names.length; each++) {
            if (names[each].equals(result)) {
                return inner(type, each);
            }
        }
        return result;
    }
}
